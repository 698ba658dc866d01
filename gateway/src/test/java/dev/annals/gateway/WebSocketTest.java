package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;

/** Refused WebSocket handshakes, and open WebSockets when the gateway stops. */
@Timeout(60)
class WebSocketTest {

  private static final String HANDSHAKE =
      """
      GET /ws HTTP/1.1
      Host: annals
      Upgrade: websocket
      Connection: Upgrade
      Origin: https://annals
      Sec-WebSocket-Version: 13
      Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

      """;

  @Test
  void answers403ToAnotherOriginAndForwardsNothing() throws IOException {
    try (TestSide keys = TestSide.named("keys");
        RunningGateway gateway = RunningGateway.before(keys.port(), 1)) {
      assertThat(handshake(gateway, HANDSHAKE.replace("https://annals", "https://annals.evil")))
          .startsWith("HTTP/1.1 403 ")
          .contains("Content-Type: application/problem+json", "urn:problem:forbidden");
    }
  }

  @Test
  void answers403IfTheSideRefuses() throws IOException {
    try (TestSide side =
            TestSide.answering(exchange -> TestSide.answer(exchange, 403, "side", "refused"));
        RunningGateway gateway = RunningGateway.before(side.port(), side.port())) {
      assertThat(handshake(gateway))
          .startsWith("HTTP/1.1 403 ")
          .contains("Content-Type: application/problem+json", "urn:problem:forbidden");
    }
  }

  @Test
  void answers503IfTheSideIsUnreachable() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    try (TestSide keys = TestSide.named("keys");
        RunningGateway gateway = RunningGateway.before(keys.port(), free)) {
      assertThat(handshake(gateway))
          .startsWith("HTTP/1.1 503 ")
          .contains("Retry-After: 5", "urn:problem:unavailable");
    }
  }

  @Test
  void answers504IfTheSideDoesNotAnswerInTime() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        TestSide keys = TestSide.named("keys");
        RunningGateway gateway =
            RunningGateway.before(
                keys.port(), silent.getLocalPort(), "--annals.gateway.response-timeout=500ms")) {
      assertThat(handshake(gateway))
          .startsWith("HTTP/1.1 504 ")
          .contains("urn:problem:gateway-timeout");
    }
  }

  @Test
  void keepsAnOpenWebSocketBeyondTheResponseTimeout() throws Exception {
    DisposableServer side = side(new CompletableFuture<>());
    try (TestSide keys = TestSide.named("keys");
        RunningGateway gateway =
            RunningGateway.before(
                keys.port(), side.port(), "--annals.gateway.response-timeout=500ms")) {
      CompletableFuture<Integer> closed = new CompletableFuture<>();
      open(gateway, closed);

      assertThat(closed.completeOnTimeout(0, 1500, TimeUnit.MILLISECONDS).get()).isZero();
    } finally {
      side.disposeNow();
    }
  }

  @Test
  void closesBothEndsWith1001WhenTheGatewayStops() throws Exception {
    CompletableFuture<Integer> closedAtTheSide = new CompletableFuture<>();
    CompletableFuture<Integer> closed = new CompletableFuture<>();
    DisposableServer side = side(closedAtTheSide);
    try (TestSide keys = TestSide.named("keys")) {
      try (RunningGateway gateway = RunningGateway.before(keys.port(), side.port())) {
        open(gateway, closed);
      }
      assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo(1001);
      assertThat(closedAtTheSide.get(20, TimeUnit.SECONDS)).isEqualTo(1001);
    } finally {
      side.disposeNow();
    }
  }

  private static DisposableServer side(CompletableFuture<Integer> closed) {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .route(
            paths ->
                paths.ws(
                    "/ws",
                    (in, out) -> {
                      Mono<Void> end =
                          in.receiveCloseStatus()
                              .doOnNext(status -> closed.complete(status.code()))
                              .then();
                      return Mono.when(in.receive().then(), end);
                    },
                    WebsocketServerSpec.builder().build()))
        .bindNow();
  }

  private static void open(RunningGateway gateway, CompletableFuture<Integer> closed)
      throws Exception {
    gateway
        .client()
        .newWebSocketBuilder()
        .buildAsync(
            URI.create("ws://localhost:" + gateway.port() + "/ws"),
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
                closed.complete(status);
                return null;
              }

              @Override
              public void onError(WebSocket socket, Throwable error) {
                closed.completeExceptionally(error);
              }
            })
        .get(20, TimeUnit.SECONDS);
  }

  /** Returns the whole answer to a failing handshake. */
  private static String handshake(RunningGateway gateway) throws IOException {
    return handshake(gateway, HANDSHAKE);
  }

  private static String handshake(RunningGateway gateway, String request) throws IOException {
    try (Socket client = new Socket("localhost", gateway.port())) {
      client.setSoTimeout(20_000);
      client.getOutputStream().write(request.replace("\n", "\r\n").getBytes(US_ASCII));
      StringBuilder answer = new StringBuilder();
      byte[] buffer = new byte[8192];
      while (answer.indexOf("\"instance\":\"/ws\"}") < 0) {
        int read = client.getInputStream().read(buffer);
        if (read < 0) {
          break;
        }
        answer.append(new String(buffer, 0, read, UTF_8));
      }
      return answer.toString();
    }
  }
}
