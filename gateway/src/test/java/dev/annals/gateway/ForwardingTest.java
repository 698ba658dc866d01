package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpHandler;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;

/** Requests, answers and WebSocket messages are forwarded unchanged and without delay. */
@Timeout(60)
class ForwardingTest {

  // Not valid in any text encoding, so that a conversion would show.
  private static final byte[] BYTES = {0, (byte) 0xff, (byte) 0xfe, '\r', '\n', (byte) 0x80};

  private static final AtomicReference<HttpHandler> answer = new AtomicReference<>();
  private static final TestSide command =
      TestSide.answering(exchange -> answer.get().handle(exchange));
  private static final DisposableServer query = echo();
  private static final RunningGateway gateway = RunningGateway.before(command.port(), query.port());

  private static DisposableServer echo() {
    WebsocketServerSpec stomp =
        WebsocketServerSpec.builder().protocols("v12.stomp").maxFramePayloadLength(200_000).build();
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .route(
            paths ->
                paths.ws(
                    "/ws",
                    (in, out) -> out.sendString(in.aggregateFrames(200_000).receive().asString()),
                    stomp))
        .bindNow();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    command.close();
    query.disposeNow();
  }

  @Test
  void forwardsAnAcceptHeaderWithMoreTypesThanSpringSorts() {
    CompletableFuture<List<String>> accepted = new CompletableFuture<>();
    answer.set(
        exchange -> {
          try (exchange) {
            accepted.complete(exchange.getRequestHeaders().get("Accept"));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    String types = "text/x-a, ".repeat(60) + "*/*";

    int status =
        gateway.send(gateway.request("POST", "/tasks").header("Accept", types)).statusCode();

    assertThat(status).isEqualTo(204);
    assertThat(accepted).isCompletedWithValue(List.of(types));
  }

  @Test
  void forwardsTheRequestUnchanged() {
    CompletableFuture<String> line = new CompletableFuture<>();
    CompletableFuture<Headers> headers = new CompletableFuture<>();
    CompletableFuture<byte[]> body = new CompletableFuture<>();
    answer.set(
        exchange -> {
          try (exchange) {
            line.complete(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            headers.complete(exchange.getRequestHeaders());
            body.complete(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(204, -1);
          }
        });

    gateway.send(
        gateway
            .request("PUT", "/notes/a%C3%A9b%20,c?q=100%25+%C3%A9&q=&asOf=2026-11-22T05:50:00Z")
            .header("Authorization", "Other t")
            .header("If-Match", "\"7\"")
            .header("X-Request-Id", "r-1")
            .header("X-Forwarded-For", "203.0.113.9")
            .header("Consistency-Token", "a")
            .header("Consistency-Token", "b")
            .header("Content-Type", "application/json")
            .header("Accept-Encoding", "br")
            .PUT(BodyPublishers.ofByteArray(BYTES)));

    assertThat(line.join())
        .isEqualTo("PUT /notes/a%C3%A9b%20,c?q=100%25+%C3%A9&q=&asOf=2026-11-22T05:50:00Z");
    assertThat(body.join()).isEqualTo(BYTES);
    assertThat(String.join(",", headers.join().get("X-Forwarded-For")))
        .isEqualTo("203.0.113.9,127.0.0.1");
    assertThat(headers.join())
        .doesNotContainKeys("Forwarded", "X-forwarded-host", "X-forwarded-proto")
        .containsEntry("Host", List.of("localhost:" + gateway.port()))
        .hasEntrySatisfying(
            "Authorization", sent -> assertThat(sent).hasSize(2).contains("Other t"))
        .containsEntry("If-match", List.of("\"7\""))
        .containsEntry("X-request-id", List.of("r-1"))
        .containsEntry("Consistency-token", List.of("a", "b"))
        .containsEntry("Content-type", List.of("application/json"))
        .containsEntry("Accept-encoding", List.of("br"))
        .containsEntry("Content-length", List.of("6"));
  }

  @Test
  void forwardsTheAnswerUnchanged() {
    answer.set(
        exchange -> {
          try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "application/problem+json");
            headers.set("ETag", "\"7\"");
            headers.set("Location", "/notes/1");
            headers.add("Link", "</notes?page=0>; rel=\"first\"");
            headers.add("Link", "</notes?page=1>; rel=\"next\"");
            headers.set("X-Request-Id", "r-1");
            headers.set("WWW-Authenticate", "Bearer");
            headers.set("Retry-After", "9");
            headers.set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(503, BYTES.length);
            exchange.getResponseBody().write(BYTES);
          }
        });

    var received = gateway.send(gateway.request("POST", "/notes").header("X-Request-Id", "r-1"));

    assertThat(received.statusCode()).isEqualTo(503);
    assertThat(received.body()).isEqualTo(BYTES);
    assertThat(received.headers().map())
        .containsEntry("content-type", List.of("application/problem+json"))
        .containsEntry("etag", List.of("\"7\""))
        .containsEntry("location", List.of("/notes/1"))
        .containsEntry(
            "link", List.of("</notes?page=0>; rel=\"first\"", "</notes?page=1>; rel=\"next\""))
        .containsEntry("x-request-id", List.of("r-1"))
        .containsEntry("www-authenticate", List.of("Bearer"))
        .containsEntry("retry-after", List.of("9"))
        .containsEntry("content-encoding", List.of("gzip"))
        .containsEntry("content-length", List.of("6"));
  }

  @Test
  void streamsAnAnswer() throws Exception {
    CountDownLatch beginningRead = new CountDownLatch(1);
    answer.set(
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/zip");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('a');
            exchange.getResponseBody().flush();
            await(beginningRead);
            exchange.getResponseBody().write('z');
          }
        });

    var received =
        gateway
            .client()
            .send(gateway.request("GET", "/users/me/export").build(), BodyHandlers.ofInputStream());
    try (InputStream body = received.body()) {
      assertThat(body.read()).isEqualTo('a');
      beginningRead.countDown();
      assertThat(body.readAllBytes()).isEqualTo(new byte[] {'z'});
    }
  }

  @Test
  void streamsARequestBody() throws Exception {
    CountDownLatch beginningRead = new CountDownLatch(1);
    answer.set(
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readNBytes(1);
            beginningRead.countDown();
            int end = exchange.getRequestBody().read();
            exchange.sendResponseHeaders(end == 'z' ? 204 : 400, -1);
          }
        });

    // The JDK's client buffers a first part that is so short.
    try (Socket client = new Socket("localhost", gateway.port())) {
      OutputStream request = client.getOutputStream();
      request.write(
          ("POST /tasks/1/attachments HTTP/1.1\r\nHost: annals\r\nContent-Length: 2\r\n"
                  + "Content-Type: multipart/form-data; boundary=b\r\nAuthorization: Bearer "
                  + TestTokens.valid()
                  + "\r\n\r\na")
              .getBytes(US_ASCII));
      await(beginningRead);
      request.write('z');

      assertThat(client.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 204");
    }
  }

  @Test
  void relaysWebSocketMessagesToTheQuerySideAndBack() throws Exception {
    Messages messages = new Messages();
    WebSocket socket =
        gateway
            .client()
            .newWebSocketBuilder()
            .subprotocols("v12.stomp")
            .buildAsync(URI.create("ws://localhost:" + gateway.port() + "/ws"), messages)
            .get(20, TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("v12.stomp");

    socket.sendText("CONNECT", true).get(20, TimeUnit.SECONDS);
    assertThat(messages.next()).isEqualTo("CONNECT");

    // Longer than a frame may be by default.
    String longMessage = "m".repeat(100_000);
    socket.sendText(longMessage, true).get(20, TimeUnit.SECONDS);
    assertThat(messages.next()).isEqualTo(longMessage);
    socket.abort();
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nothing arrived");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Joins the parts of each message. */
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();

    String next() throws InterruptedException {
      return whole.poll(20, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        whole.add(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}
