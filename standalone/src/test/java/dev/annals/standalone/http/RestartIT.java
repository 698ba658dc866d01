package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.AnnalsProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there, whatever is killed while others write. */
class RestartIT {

  private static final int WRITERS = 4;
  private static final int VERSIONS_OF_EACH = 5;
  private static final long ACKNOWLEDGED = 400;

  @TempDir private Path folder;

  @Test
  @Timeout(240)
  void everyAcknowledgedChangeIsThereAfterAKillInTheMiddleOfWriting() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try (AnnalsProcess killed = program(data).start().awaitReady()) {
      Annals annals = new Annals(killed.baseUrl(), Optional.empty());
      List<Writer> writers =
          Stream.generate(() -> new Writer(annals.newUser())).limit(WRITERS).toList();
      List<? extends Future<?>> writing = writers.stream().map(threads::submit).toList();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> writers.stream().mapToLong(Writer::acknowledged).sum() >= ACKNOWLEDGED);
      killed.kill9();
      for (Future<?> end : writing) {
        end.get();
      }

      try (AnnalsProcess next = program(data).start().awaitReady()) {
        Map<String, Long> stored = lastVersions(data);
        for (Writer writer : writers) {
          writer.assertFindsItsChanges(next.baseUrl(), stored);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static AnnalsProcess.Builder program(Path data) {
    return AnnalsProcess.on(data).embedded().with("ANNALS_IDENTITY_BCRYPT_COST", "4");
  }

  /** Of each aggregate in the event store, whose sequence numbers leave none out. */
  private static Map<String, Long> lastVersions(Path data) throws IOException, SQLException {
    String port = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
    Map<String, Long> versions = new HashMap<>();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select aggregate_identifier, max(sequence_number), count(*), min(sequence_number)"
                    + " from events.domain_event_entry group by aggregate_identifier")) {
      while (rows.next()) {
        String id = rows.getString(1);
        assertThat(rows.getLong(3)).as("events of " + id).isEqualTo(rows.getLong(2) + 1);
        assertThat(rows.getLong(4)).as("the first event of " + id).isZero();
        versions.put(id, rows.getLong(2));
      }
    }
    return versions;
  }

  /** A client that writes until nobody answers, and notes what was acknowledged. */
  private record Writer(Client user, Map<String, Long> ledger) implements Runnable {

    Writer(Client user) {
      this(user, new ConcurrentHashMap<>());
    }

    @Override
    public void run() {
      try {
        while (true) {
          String id = user.post("/notes", "{\"title\":\"0\"}").expect(201).id();
          ledger.put(id, 0L);
          for (long version = 1; version < VERSIONS_OF_EACH; version++) {
            user.ifMatch(version - 1).put("/notes/" + id, version(version)).expect(200);
            ledger.put(id, version);
          }
        }
      } catch (AssertionError killed) {
        if (!(killed.getCause() instanceof IOException)) {
          throw killed;
        }
      }
    }

    long acknowledged() {
      return ledger.values().stream().mapToLong(version -> version + 1).sum();
    }

    void assertFindsItsChanges(URI url, Map<String, Long> stored) {
      // With the token from before the kill: the session and the keys are still there, too.
      Client again = new Client(url, user.headers());
      ledger.forEach(
          (id, acknowledged) -> {
            // One more if the kill came between its commit and the answer.
            assertThat(stored.get(id)).isBetween(acknowledged, acknowledged + 1);
            Annals.eventually(
                () -> {
                  Answer note = again.get("/notes/" + id).expect(200).hasVersion(stored.get(id));
                  assertThat(note.text("/title")).isEqualTo(Long.toString(stored.get(id)));
                });
            again
                .ifMatch(stored.get(id))
                .put("/notes/" + id, version(stored.get(id) + 1))
                .expect(200)
                .hasVersion(stored.get(id) + 1);
          });
      assertThat(again.get("/notes").expect(200).json().at("/page/totalElements").asInt())
          .isBetween(ledger.size(), ledger.size() + 1);
    }

    private static String version(long version) {
      return "{\"title\":\"%d\",\"content\":\"\",\"tags\":[]}".formatted(version);
    }
  }
}
