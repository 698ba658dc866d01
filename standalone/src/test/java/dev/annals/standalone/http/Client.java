package dev.annals.standalone.http;

import dev.annals.servers.StompClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Sends requests with fixed headers. The API document must describe each answer of Annals.
 *
 * @param headers values by name
 */
record Client(URI url, Map<String, String> headers) implements StompClient.Login {

  /** The boundary of multipart bodies. */
  static final String BOUNDARY = "between-the-parts";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Client {
    headers = Map.copyOf(headers);
  }

  /** Returns a client that also sends a header, which replaces one with the same name. */
  Client with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Client(url, more);
  }

  /** Returns a client that sends {@code If-Match} with a version. */
  Client ifMatch(long version) {
    return with("If-Match", "\"" + version + "\"");
  }

  Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  Answer post(String path) {
    return send("POST", path, BodyPublishers.noBody());
  }

  Answer post(String path, String json) {
    return send("POST", path, json);
  }

  Answer put(String path, String json) {
    return send("PUT", path, json);
  }

  /** Sends JSON; an empty string sends neither a body nor a type. */
  Answer send(String method, String path, String json) {
    return json.isEmpty()
        ? send(method, path, BodyPublishers.noBody())
        : (headers.containsKey("Content-Type") ? this : with("Content-Type", "application/json"))
            .send(method, path, BodyPublishers.ofString(json));
  }

  /** Returns the number of unread notifications. */
  int unread() {
    return get("/notifications/unread-count").expect(200).json().get("count").asInt();
  }

  /** Sends a request to a signed URL, of this service or of S3. */
  Answer sendToSigned(String method, String signed, byte[] bytes) {
    URI to = URI.create(signed);
    String path = to.getRawPath() + "?" + to.getRawQuery();
    BodyPublisher body = BodyPublishers.ofByteArray(bytes);
    if (path.startsWith("/files/")) {
      return send(method, path, body, Client::unlessRefused);
    }
    // S3 resets the connection of a body that it refuses to read, and with it the answer.
    return new Client(URI.create(to.resolve("/").toString().replaceFirst("/$", "")), headers)
        .exchange(method, path, body, Client::unlessRefused, true);
  }

  /** Ignores the body of a refusal, which S3 truncates if the request arrives late. */
  private static BodySubscriber<String> unlessRefused(ResponseInfo response) {
    return response.statusCode() == 403
        ? new Unread()
        : BodySubscribers.ofString(StandardCharsets.UTF_8);
  }

  private static final class Unread implements BodySubscriber<String> {

    @Override
    public CompletionStage<String> getBody() {
      return CompletableFuture.completedFuture("");
    }

    @Override
    public void onSubscribe(Flow.Subscription body) {
      body.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {}

    @Override
    public void onError(Throwable cut) {}

    @Override
    public void onComplete() {}
  }

  /** Uploads a file as a form. */
  Answer upload(String path, String fileName, String type, byte[] bytes) {
    return with("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
        .send("POST", path, BodyPublishers.ofByteArray(multipart(fileName, type, bytes)));
  }

  /** Returns a multipart body with one file. */
  static byte[] multipart(String fileName, String type, byte[] bytes) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\nContent-Type: %s\r\n\r\n"
            .formatted(BOUNDARY, fileName, type)
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(bytes);
    body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }

  Answer send(String method, String path, BodyPublisher body) {
    return send(method, path, body, Client::unlessEndless);
  }

  /** Reads the first bytes of a stream, and then closes the connection. */
  private static BodySubscriber<String> unlessEndless(ResponseInfo response) {
    return response.headers().firstValue("Content-Type").orElse("").equals("text/event-stream")
        ? new FirstBytes()
        : BodySubscribers.ofString(StandardCharsets.UTF_8);
  }

  private static final class FirstBytes implements BodySubscriber<String> {

    private final CompletableFuture<String> body = new CompletableFuture<>();
    private Flow.Subscription subscription;

    @Override
    public CompletionStage<String> getBody() {
      return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription bytes) {
      subscription = bytes;
      bytes.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      subscription.cancel();
      body.complete(StandardCharsets.UTF_8.decode(bytes.get(0)).toString());
    }

    @Override
    public void onError(Throwable cut) {
      body.completeExceptionally(cut);
    }

    @Override
    public void onComplete() {
      body.complete("");
    }
  }

  private Answer send(String method, String path, BodyPublisher body, BodyHandler<String> handler) {
    return described(exchange(method, path, body, handler, false));
  }

  /** Compares the answer with the API document. */
  private static Answer described(Answer answer) {
    ApiDescription.describes(answer);
    return answer;
  }

  /**
   * Sends a request.
   *
   * @param asks whether the body waits for 100 (Continue)
   */
  private Answer exchange(
      String method, String path, BodyPublisher body, BodyHandler<String> handler, boolean asks) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(method, body)
            .expectContinue(asks)
            .timeout(Duration.ofSeconds(60));
    headers.forEach(request::setHeader);
    try {
      HttpResponse<String> response = HTTP.send(request.build(), handler);
      return new Answer(
          method, URI.create(path), response.statusCode(), response.headers(), response.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(method + " " + path + " was not answered", e);
    }
  }
}
