package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.annals.standalone.AnnalsProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills a program during an attempt of a delivery. */
@Tag("long") // It starts two programs.
class WebhookKillIT {

  private static final int NOTES = 30;
  private static final int BEFORE_THE_KILL = 5;

  @TempDir private Path folder;

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final CountDownLatch killed = new CountDownLatch(1);

  /** Answers the first requests, and lets the next one wait for the kill. */
  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      received.add(exchange.getRequestHeaders().getFirst("webhook-id"));
      if (received.size() > BEFORE_THE_KILL) {
        killed.await();
      }
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  @Timeout(180)
  void repeatsAtMostTheAttemptThatWasUnderWay() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer receiver =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.setExecutor(threads);
    receiver.createContext("/", this::receive);
    receiver.start();
    Set<String> notified = new HashSet<>();
    try {
      String authorization;
      try (AnnalsProcess program = program(data).start().awaitReady()) {
        Client user = new Annals(program.baseUrl(), Optional.empty()).newUser();
        user.post(
                "/webhooks",
                Json.object("url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/"))
            .expect(201);
        for (int i = 0; i < NOTES; i++) {
          user.post("/notes", Json.object("title", "Plan " + i)).expect(201);
        }
        await().until(() -> received.size() > BEFORE_THE_KILL);
        authorization = user.headers().get("Authorization");
        program.kill9();
      }
      killed.countDown();

      try (AnnalsProcess program = program(data).start().awaitReady()) {
        await().atMost(Duration.ofSeconds(90)).until(() -> new HashSet<>(received).size() == NOTES);
        new Client(program.baseUrl(), Map.of("Authorization", authorization))
            .get("/notifications?size=100")
            .expect(200)
            .json()
            .get("content")
            .forEach(it -> notified.add(it.get("id").asString()));
      }
    } finally {
      receiver.stop(0);
      threads.shutdownNow();
    }
    assertThat(new HashSet<>(received)).isEqualTo(notified);
    assertThat(received).hasSizeBetween(NOTES, NOTES + 1);
  }

  private static AnnalsProcess.Builder program(Path data) {
    return AnnalsProcess.on(data)
        .embedded()
        .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
        .with("ANNALS_WEBHOOKS_PUBLIC_ONLY", "false");
  }
}
