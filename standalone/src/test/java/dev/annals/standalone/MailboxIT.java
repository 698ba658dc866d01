package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The mailbox page, which replaces a mail server. */
@Tag("long")
class MailboxIT {
  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path folder;

  @Test
  void showsSentMails() throws Exception {
    try (AnnalsProcess annals =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .embedded()
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with("ANNALS_PUBLIC_URL", "https://notes.example.org/app/")
            .start()
            .awaitReady()) {
      URI mailbox = annals.baseUrl().resolve("/dev/mailbox");
      assertThat(get(mailbox, "text/html").body())
          .contains("<h1>Mailbox</h1>")
          .doesNotContain("<h2>");
      post(
          annals.baseUrl().resolve("/auth/register"),
          """
          {"email": "ada@example.org", "password": "correct horse battery", "displayName": "<b>Ada</b>"}""");
      await().atMost(Duration.ofSeconds(20)).until(() -> mails(mailbox).size() == 1);
      String asks = mails(mailbox).get(0).get("text").asString();
      assertThat(asks).contains("https://notes.example.org/app/verify-email?token=");
      post(
          annals.baseUrl().resolve("/auth/verify-email"),
          "{\"token\": \"" + asks.replaceAll("(?s).*token=([A-Za-z0-9_-]+).*", "$1") + "\"}");

      post(annals.baseUrl().resolve("/auth/forgot-password"), "{\"email\": \"ada@example.org\"}");

      await().atMost(Duration.ofSeconds(20)).until(() -> mails(mailbox).size() == 2);
      JsonNode mail =
          StreamSupport.stream(mails(mailbox).spliterator(), false)
              .filter(it -> it.get("subject").asString().equals("A new password for Annals"))
              .findAny()
              .orElseThrow();
      assertThat(mail.get("to").asString()).isEqualTo("ada@example.org");
      assertThat(mail.get("text").asString())
          .contains("https://notes.example.org/app/reset-password?token=");
      assertThat(mail.get("html").asString()).contains("&lt;b&gt;Ada&lt;/b&gt;");
      HttpResponse<String> page = get(mailbox, "text/html,*/*;q=0.8");
      assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
      assertThat(page.body())
          .contains("<h2>A new password for Annals</h2>")
          .contains("To ada@example.org, 20")
          .contains("Hello &lt;b&gt;Ada&lt;/b&gt;,")
          .contains("https://notes.example.org/app/reset-password?token=");
      String api = get(annals.baseUrl().resolve("/v3/api-docs"), "*/*").body();
      assertThat(api).doesNotContain("/dev/mailbox");
      assertThat(JsonMapper.shared().readTree(api).get("servers").toString())
          .isEqualTo("[{\"url\":\"https://notes.example.org/app\"}]");
      JsonNode socket =
          JsonMapper.shared()
              .readTree(get(annals.baseUrl().resolve("/asyncapi"), "*/*").body())
              .at("/servers/annals");
      assertThat(socket.get("protocol").asString()).isEqualTo("wss");
      assertThat(socket.get("host").asString()).isEqualTo("notes.example.org");
      assertThat(socket.get("pathname").asString()).isEqualTo("/app/ws");
    }
  }

  @Test
  void answers404WithARealMailServer() throws Exception {
    try (AnnalsProcess annals =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .embedded()
            .with("SPRING_MAIL_HOST", "127.0.0.1")
            .start()
            .awaitReady()) {
      assertThat(annals.output()).contains("Mail server: 127.0.0.1").doesNotContain("/dev/mailbox");
      assertThat(get(annals.baseUrl().resolve("/dev/mailbox"), "*/*").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void refusesAnInvalidPublicUrl() throws Exception {
    try (AnnalsProcess annals =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .embedded()
            .with("ANNALS_PUBLIC_URL", "https://user:hush@notes.example.org")
            .start()) {
      assertThat(annals.exitCode()).isEqualTo(1);
      assertThat(annals.errors())
          .isEqualTo(
              "The property annals.public-url is not a plain URL such as https://notes.example.org.\n");
    }
  }

  private JsonNode mails(URI mailbox) throws Exception {
    return JsonMapper.shared().readTree(get(mailbox, "application/json").body());
  }

  private HttpResponse<String> get(URI url, String accept) throws Exception {
    return http.send(
        HttpRequest.newBuilder(url).header("Accept", accept).build(), BodyHandlers.ofString());
  }

  private void post(URI url, String json) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(url)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(201, 204);
  }
}
