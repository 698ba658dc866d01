package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.servers.StompClient;
import dev.annals.standalone.AnnalsProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Kills programs under writes and compares the acknowledged changes with the event store, the read
 * model and the inbox.
 */
@Tag("long") // In short, FaultsIT says the same of processes whose stores live on.
class RestartIT {

  private static final int WRITERS = 4;
  private static final int VERSIONS_OF_EACH = 5;
  private static final long ACKNOWLEDGED = 400;

  @TempDir private Path folder;

  @Test
  @Timeout(240)
  void keepsAndNotifiesEachAcknowledgedChangeOnceAfterAKill() throws Exception {
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
        try {
          nothingIsMissing(writers, next.baseUrl(), data);
        } catch (AssertionError failure) {
          throw new AssertionError(next.output() + next.errors(), failure);
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void nothingIsMissing(List<Writer> writers, URI url, Path data)
      throws SQLException {
    writers.forEach(writer -> writer.comesBack(url));
    writers.forEach(Writer::repeatsItsCreations);
    Map<String, List<String>> stored = eventsOfNotes(data);
    assertThat(stored).hasSize(writers.stream().mapToInt(it -> it.created.size()).sum());
    for (Writer writer : writers) {
      writer.findsItsChanges(stored);
      writer.isToldOfEachOnce(stored);
      writer.goesOn(stored);
    }
  }

  private static AnnalsProcess.Builder program(Path data) {
    return AnnalsProcess.on(data).embedded().with("ANNALS_IDENTITY_BCRYPT_COST", "4");
  }

  /** Returns the event ids of each note by version, without gaps. */
  private static Map<String, List<String>> eventsOfNotes(Path data) throws SQLException {
    Map<String, List<String>> events = new HashMap<>();
    try (Connection connection = Database.in(data).connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select aggregate_identifier, sequence_number, event_identifier"
                    + " from events.domain_event_entry where type = 'Note'"
                    + " order by aggregate_identifier, sequence_number")) {
      while (rows.next()) {
        String note = rows.getString(1);
        List<String> before = events.computeIfAbsent(note, first -> new ArrayList<>());
        assertThat(rows.getLong(2)).as("the next version of " + note).isEqualTo(before.size());
        before.add(rows.getString(3));
      }
    }
    return events;
  }

  /** Writes until the program is killed, and records acknowledged changes and pushed messages. */
  private static final class Writer implements Runnable {

    private final Map<String, String> created = new ConcurrentHashMap<>();
    private final Map<String, Long> ledger = new ConcurrentHashMap<>();
    private final List<JsonNode> told = new ArrayList<>();
    private Client user;
    private StompClient listener;

    Writer(Client user) {
      this.user = user;
      this.listener = StompClient.of(user).subscribed();
    }

    @Override
    public void run() {
      try {
        while (true) {
          String id = create(nextKey());
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

    private String nextKey() {
      return "\"note " + created.size() + "\"";
    }

    private String create(String key) {
      String id =
          user.with("Idempotency-Key", key)
              .post("/notes", "{\"title\":\"0\"}")
              .expect(201)
              .hasVersion(0)
              .id();
      created.put(key, id);
      ledger.putIfAbsent(id, 0L);
      return id;
    }

    long acknowledged() {
      return ledger.values().stream().mapToLong(version -> version + 1).sum();
    }

    /** Uses the token from before the kill, so the session and the keys must have survived. */
    void comesBack(URI url) {
      listener.messagesUntilClosed().forEach(message -> told.add(Json.parse(message)));
      assertThat(told).isNotEmpty();
      user = new Client(url, user.headers());
      listener = StompClient.of(user).subscribed("after:" + sequence(told.get(told.size() - 1)));
    }

    /** Repeats the last change, which may be stored or not. */
    void repeatsItsCreations() {
      created.forEach((key, id) -> assertThat(create(key)).isEqualTo(id));
      create(nextKey());
    }

    void findsItsChanges(Map<String, List<String>> stored) {
      ledger.forEach(
          (id, acknowledged) -> {
            long last = stored.get(id).size() - 1L;
            // One more after a kill between commit and answer.
            assertThat(last).isBetween(acknowledged, acknowledged + 1);
            Annals.eventually(
                () -> {
                  Answer note = user.get("/notes/" + id).expect(200).hasVersion(last);
                  assertThat(note.text("/title")).isEqualTo(Long.toString(last));
                });
          });
      assertThat(user.get("/notes").expect(200).json().at("/page/totalElements").asInt())
          .isEqualTo(created.size());
    }

    void isToldOfEachOnce(Map<String, List<String>> stored) {
      Map<String, List<String>> expected = new HashMap<>(stored);
      expected.keySet().retainAll(ledger.keySet());
      int count = expected.values().stream().mapToInt(List::size).sum();
      listen(count - told.size());
      Annals.eventually(
          () ->
              assertThat(page(0).at("/page/totalElements").asInt()).isGreaterThanOrEqualTo(count));
      List<JsonNode> inbox = new ArrayList<>();
      for (int page = 0; page <= count / 100; page++) {
        page(page).get("content").forEach(inbox::add);
      }

      Map<String, List<String>> listed = new HashMap<>();
      inbox.forEach(
          it ->
              listed
                  .computeIfAbsent(it.at("/resource/id").asString(), first -> new ArrayList<>())
                  .add(it.get("id").asString()));
      assertThat(listed).isEqualTo(expected);
      assertThat(told).isEqualTo(inbox);
      assertTold();
    }

    void goesOn(Map<String, List<String>> stored) {
      ledger
          .keySet()
          .forEach(
              id -> {
                long next = stored.get(id).size();
                user.ifMatch(next - 1)
                    .put("/notes/" + id, version(next))
                    .expect(200)
                    .hasVersion(next);
              });
      listen(ledger.size());
      assertTold();
      listener.hasNothingMore();
      listener.close();
    }

    private void listen(int messages) {
      for (int i = 0; i < messages; i++) {
        told.add(Json.parse(listener.message()));
      }
    }

    /** Asserts that messages are in order and each has one sequence number. */
    private void assertTold() {
      assertThat(told).extracting(Writer::sequence).isSorted().doesNotHaveDuplicates();
      assertThat(told).extracting(it -> it.get("id").asString()).doesNotHaveDuplicates();
    }

    private JsonNode page(int number) {
      return user.get("/notifications?after=0&size=100&page=" + number).expect(200).json();
    }

    private static long sequence(JsonNode notification) {
      return notification.get("sequence").asLong();
    }

    private static String version(long version) {
      return "{\"title\":\"%d\",\"content\":\"\",\"tags\":[]}".formatted(version);
    }
  }
}
