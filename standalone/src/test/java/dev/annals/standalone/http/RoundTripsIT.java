package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.TcpProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts the round trips between a standalone program and PostgreSQL. */
@Tag("long") // It starts a program of its own.
class RoundTripsIT {

  // All processors have handled a change before the next one.
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int REQUESTS = 40;

  @TempDir private static Path folder;
  private static EmbeddedPostgres server;
  private static TcpProxy proxy;
  private static AnnalsProcess program;
  private static Client user;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.start();
    String url = server.getJdbcUrl("postgres", "postgres");
    proxy = TcpProxy.before(url);
    program =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .embedded()
            .with("SPRING_DATASOURCE_URL", proxy.url(url))
            .with("SPRING_DATASOURCE_USERNAME", "postgres")
            .with("SPRING_DATASOURCE_PASSWORD", "postgres")
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .start();
    user = new Annals(program.awaitReady().baseUrl(), Optional.empty()).newUser();
    user.post("/notes", Kind.NOTE.creation).expect(201);
  }

  @AfterAll
  static void stop() throws Exception {
    program.close();
    proxy.close();
    server.close();
  }

  @Test
  void createsANoteWithFewerThanNineTripsAllInAll() {
    int idle = tripsOf(() -> {});

    int busy = tripsOf(() -> user.post("/notes", Kind.NOTE.creation).expect(201));

    System.out.printf("Measured: %d trips idle, %d busy%n", idle, busy);
    assertThat((busy - idle) / (double) REQUESTS).as("%s idle, %s busy", idle, busy).isLessThan(9);
  }

  @Test
  void readsACachedPageWithOneTripForTheSession() {
    Annals.eventually(
        () ->
            assertThat(user.get("/notes").expect(200).header("Cache-Status"))
                .hasValue("annals; hit"));
    int idle = tripsOf(() -> {});

    int busy = tripsOf(() -> user.get("/notes").expect(200));

    assertThat((busy - idle) / (double) REQUESTS)
        .as("%s idle, %s busy", idle, busy)
        .isLessThan(1.5);
  }

  /** Returns the trips while an action is repeated, each time after a pause. */
  private static int tripsOf(Runnable action) {
    int before = proxy.trips();
    for (int i = 0; i < REQUESTS; i++) {
      await().pollDelay(PAUSE).until(() -> true);
      action.run();
    }
    return proxy.trips() - before;
  }
}
