package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Streams of server-sent events through the gateway. */
@Timeout(60)
class EventStreamsTest {

  private static final String PATH = "/notifications/stream";
  private final Sinks.Many<String> sent = Sinks.many().multicast().directBestEffort();
  private final AtomicInteger open = new AtomicInteger();
  private final TestSide keys = TestSide.named("keys");
  private DisposableServer side;
  private RunningGateway gateway;

  @BeforeEach
  void start() {
    side =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                paths ->
                    paths
                        .get("/readyz", (in, out) -> out.status(200).send())
                        .get(
                            "/**",
                            (in, out) ->
                                out.sse()
                                    .sendString(
                                        Flux.just(":\n\n")
                                            .concatWith(events(in.uri()))
                                            .doOnSubscribe(begun -> open.incrementAndGet())
                                            .doFinally(end -> open.decrementAndGet()))))
            .bindNow();
    gateway =
        RunningGateway.before(keys.port(), side.port(), "--annals.gateway.response-timeout=3s");
  }

  @AfterEach
  void stop() {
    gateway.close();
    side.disposeNow();
    keys.close();
  }

  private Flux<String> events(String path) {
    if (path.endsWith("/fast")) {
      return Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map(i -> "id: " + i + "\n\n");
    }
    return path.endsWith("/slow")
        ? Flux.interval(Duration.ofSeconds(2)).take(3).map(i -> "id: " + i + "\n\n")
        : sent.asFlux().onBackpressureBuffer();
  }

  @Test
  void passesEachEventAtOnce() throws Exception {
    try (BufferedReader client = lines(PATH)) {
      assertThat(client.readLine()).isEqualTo(":");
      assertThat(client.readLine()).isEmpty();
      for (int i = 0; i < 3; i++) {
        sent.tryEmitNext("id: " + i + "\n\n");
        assertThat(client.readLine()).isEqualTo("id: " + i);
        assertThat(client.readLine()).isEmpty();
      }
    }
  }

  @Test
  void keepsAStreamBeyondTheResponseTimeoutWhileTheSideSends() throws Exception {
    try (BufferedReader client = lines("/slow")) {
      assertThat(client.lines().toList())
          .containsExactly(":", "", "id: 0", "", "id: 1", "", "id: 2", "");
    }
  }

  @Test
  void closesTheConnectionToTheSideWhenTheClientHasGone() throws Exception {
    try (BufferedReader client = lines(PATH)) {
      client.readLine();
      assertThat(open).hasValue(1);
    }
    await().atMost(Duration.ofSeconds(3)).until(() -> open.get() == 0);
  }

  /** A buffer that is released twice is another request's by then. */
  @Test
  void forwardsOtherRequestsUnharmedWhenClientsGoInTheMiddleOfEvents() throws Exception {
    CompletableFuture<Void> clients =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < 150; i++) {
                try (BufferedReader client = lines("/fast")) {
                  for (int line = 0; line < 5; line++) {
                    client.readLine();
                  }
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    String body = "x".repeat(300);
    do {
      HttpResponse<byte[]> answer =
          gateway.send(gateway.request("POST", "/notes").POST(BodyPublishers.ofString(body)));
      assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    } while (!clients.isDone());
    clients.join();
    await().atMost(Duration.ofSeconds(3)).until(() -> open.get() == 0);
  }

  @Test
  void endsStreamsBetweenTwoEventsWhenTheGatewayStops() throws Exception {
    try (BufferedReader client = lines(PATH)) {
      sent.tryEmitNext("id: 1\n\n");
      for (String line : List.of(":", "", "id: 1", "")) {
        assertThat(client.readLine()).isEqualTo(line);
      }
      Instant before = Instant.now();
      gateway.close();
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));

      assertThat(client.lines().toList())
          .containsExactly("event: end", "data: {\"reason\":\"shutdown\"}", "");
    }
    await().atMost(Duration.ofSeconds(3)).until(() -> open.get() == 0);
  }

  @Test
  void leavesAnEventThatWasSentInPartWithoutAnEndWhenTheGatewayStops() throws Exception {
    try (BufferedReader client = lines(PATH)) {
      client.readLine();
      client.readLine();
      sent.tryEmitNext("id: 1\ndata: {\"a");
      assertThat(client.readLine()).isEqualTo("id: 1");
      gateway.close();

      assertThat(client.lines().toList()).containsExactly("data: {\"a");
    }
  }

  @Test
  void cutsOffAClientThatDoesNotReadWithinSeconds() throws IOException {
    try (Socket lazy = new Socket()) {
      lazy.setReceiveBufferSize(4096);
      lazy.connect(new InetSocketAddress("localhost", gateway.port()));
      lazy.getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(PATH, TestTokens.valid())
                  .getBytes(US_ASCII));
      await().until(() -> open.get() == 1);
      String event = "data: " + "x".repeat(1_000) + "\n\n";
      for (int i = 0; i < 10_000; i++) {
        sent.tryEmitNext(event);
      }
      await().atMost(Duration.ofSeconds(15)).until(() -> open.get() == 0);
    }
  }

  private BufferedReader lines(String path) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        gateway.client().send(gateway.request("GET", path).build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
  }
}
