package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Deliveries to webhooks, from the causing request to the receiver. */
@ExtendWith(Deployment.class)
class WebhookDeliveriesIT {

  private static final String NOTE = Json.object("title", "Plan");

  private final Client user;
  private final Client stranger;
  private final HttpServer receiver;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private volatile int status = 204;

  private record Received(String id, String timestamp, String signature, String body) {

    JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    /** Returns what Standard Webhooks 1.0 names as the signature with a secret. */
    String signedWith(String secret) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
        byte[] content = (id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8);
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content));
      } catch (java.security.GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  WebhookDeliveriesIT(Annals annals) throws IOException {
    user = annals.newUser();
    stranger = annals.newUser();
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(Executors.newCachedThreadPool());
    receiver.createContext("/", this::receive);
    receiver.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      received.add(
          new Received(
              exchange.getRequestHeaders().getFirst("webhook-id"),
              exchange.getRequestHeaders().getFirst("webhook-timestamp"),
              exchange.getRequestHeaders().getFirst("webhook-signature"),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
      exchange.sendResponseHeaders(status, -1);
    }
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  @Test
  void postsSignedNotificationsOfLaterChanges() {
    user.post("/notes", NOTE).expect(201);
    Answer webhook = create();
    String note = user.post("/notes", Json.object("title", "Plän")).expect(201).id();

    Annals.eventually(() -> assertThat(received).hasSize(1));
    Received first = received.get(0);
    assertThat(first.signature()).isEqualTo(first.signedWith(webhook.text("/secret")));
    Annals.eventually(
        () ->
            assertThat(user.get("/notifications").expect(200).json().at("/content/0"))
                .isEqualTo(first.json()));
    assertThat(first.json().at("/resource/id").asString()).isEqualTo(note);
    assertThat(first.id()).isEqualTo(first.json().get("id").asString());

    String path = "/webhooks/" + webhook.id();
    String rotated = user.post(path + "/rotate-secret").expect(200).text("/secret");
    user.post("/notes", NOTE).expect(201);
    Annals.eventually(() -> assertThat(received).hasSize(2));
    Received second = received.get(1);
    assertThat(second.signature().split(" "))
        .containsExactly(second.signedWith(rotated), second.signedWith(webhook.text("/secret")));

    Annals.eventually(
        () ->
            assertThat(user.get(path + "/deliveries").expect(200).json().get("content"))
                .extracting(
                    it ->
                        it.get("sequence")
                            + " "
                            + it.get("state").asString()
                            + " "
                            + it.get("attempts"))
                .containsExactly("3 DELIVERED 1", "2 DELIVERED 1"));
    JsonNode delivery = user.get(path + "/deliveries").json().at("/content/0");
    assertThat(delivery.propertyNames())
        .containsExactly(
            "id",
            "sequence",
            "type",
            "attempts",
            "state",
            "responseStatus",
            "error",
            "lastAttemptAt",
            "nextAttemptAt");
    String retry = path + "/deliveries/" + delivery.get("id").asString() + "/retry";
    user.post(retry).isProblem(409, "not-failed");
    stranger.get(path + "/deliveries").isProblem(404, "not-found");
    stranger.post(path + "/test").isProblem(404, "not-found");
    stranger.post(retry).isProblem(404, "not-found");
  }

  @Test
  void disablesAWebhookThatAnswers410AndSendsAgainAfterIt() {
    status = 410;
    Answer webhook = create();
    String path = "/webhooks/" + webhook.id();

    user.post(path + "/test").expect(202);

    Annals.eventually(
        () -> assertThat(user.get(path).expect(200).text("/disabledReason")).isEqualTo("gone"));
    assertThat(received.get(0).json().get("type").asString()).isEqualTo("Test");
    user.post(path + "/test").isProblem(409, "webhook-disabled");
    status = 200;
    user.ifMatch(1)
        .put(
            path,
            Json.object(
                "url", webhook.text("/url"), "types", null, "description", "", "enabled", true))
        .expect(200);
    JsonNode failed = user.get(path + "/deliveries").json().at("/content/0");
    assertThat(failed.get("state").asString()).isEqualTo("FAILED");
    assertThat(failed.get("responseStatus").asInt()).isEqualTo(410);
    user.post(path + "/deliveries/" + failed.get("id").asString() + "/retry").expect(202);

    Annals.eventually(
        () ->
            assertThat(user.get(path + "/deliveries").json().at("/content/0/state").asString())
                .isEqualTo("DELIVERED"));
    assertThat(received).extracting(Received::id).hasSize(2).containsOnly(received.get(0).id());
  }

  private Answer create() {
    return user.post(
            "/webhooks",
            Json.object("url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook"))
        .expect(201);
  }
}
