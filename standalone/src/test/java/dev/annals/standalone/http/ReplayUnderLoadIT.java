package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.AnnalsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** A read model of many events is built anew while it is read and changed. */
@Tag("long")
class ReplayUnderLoadIT {

  private static final int USERS = 20;
  private static final int NOTES_OF_EACH = 100;
  private static final int VERSIONS = 50;
  private static final int CHANGES_PER_SECOND = 100;
  private static final int QUERIES_PER_SECOND = 200;
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @TempDir private Path folder;

  private final List<String> emails = new ArrayList<>();
  private final List<Client> users = new CopyOnWriteArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Long> versions = new ConcurrentHashMap<>();

  @Test
  @Timeout(3600)
  void noQueryFailsAndNothingIsLostOrToldTwice() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    try (AnnalsProcess program = start(data)) {
      Annals annals = new Annals(program.baseUrl(), Optional.empty());
      fill(annals, Database.in(data).jdbc());
      underLoad(annals);
      allIsThere();
      nothingIsToldTwice(Database.in(data).jdbc());
    }
  }

  private void underLoad(Annals annals) throws InterruptedException {
    load(Duration.ofSeconds(20), () -> false); // warms up
    long[] usual = load(Duration.ofSeconds(30), () -> false);
    signIn(annals);
    Client admin = annals.admin();
    String replay = replay(admin);
    long[] meanwhile = load(PATIENCE, () -> !state(admin, replay).equals("RUNNING"));

    JsonNode done = admin.get(replay).expect(200).json();
    assertThat(done.get("state").asString()).isEqualTo("DONE");
    print(
        "p99 of a query %.1f ms, during the replay %.1f ms (%d and %d queries, %d events, %.0f a second)",
        p99(usual),
        p99(meanwhile),
        usual.length,
        meanwhile.length,
        of(done, "total"),
        done.get("eventsPerSecond").asDouble());
    assertThat(p99(meanwhile)).isLessThanOrEqualTo(2 * p99(usual));
  }

  private static AnnalsProcess start(Path data) {
    return AnnalsProcess.on(data)
        .embedded()
        .usersFlags()
        .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
        .with(Annals.ADMIN)
        .start()
        .awaitReady();
  }

  /** Has many notes of many versions, copied past the program, in all read models. */
  private void fill(Annals annals, JdbcClient jdbc) {
    for (int i = 0; i < USERS; i++) {
      String email = Annals.newEmail();
      annals
          .anybody()
          .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
          .expect(201);
      emails.add(email);
      Client user = annals.signedIn(email, Annals.PASSWORD);
      String template = user.post("/notes", Kind.NOTE.creation).expect(201).id();
      user.ifMatch(0).put("/notes/" + template, Kind.NOTE.update).expect(200);
      copy(jdbc, template);
    }
    Client admin = annals.admin();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> admin.get("/admin/processors").json(), ReplayUnderLoadIT::hasCaughtUp);
    signIn(annals);
    for (Client user : users) {
      for (JsonNode note : user.get("/notes?size=100").expect(200).json().get("content")) {
        notes.add(note.get("id").asString());
        versions.put(note.get("id").asString(), note.get("version").asLong());
      }
    }
    assertThat(notes).hasSize(USERS * NOTES_OF_EACH);
  }

  /** Tokens are good for ten minutes. */
  private void signIn(Annals annals) {
    users.clear();
    emails.forEach(email -> users.add(annals.signedIn(email, Annals.PASSWORD)));
  }

  private static void copy(JdbcClient jdbc, String template) {
    jdbc.sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type,
              time_stamp, payload_type, payload_revision, payload, meta_data)
            select gen_random_uuid()::text, copy.id, version, type, time_stamp, payload_type, payload_revision,
              convert_to(replace(convert_from(payload, 'UTF8'), aggregate_identifier, copy.id), 'UTF8'), meta_data
            from generate_series(0, :versions - 1) version
              cross join (select md5(:template || n)::uuid::text id from generate_series(2, :notes) n) copy
              join events.domain_event_entry on aggregate_identifier = :template
                and sequence_number = least(version, 1)
            order by version, copy.id
            """)
        .param("template", template)
        .param("versions", VERSIONS)
        .param("notes", NOTES_OF_EACH)
        .update();
  }

  private static boolean hasCaughtUp(JsonNode processors) {
    for (JsonNode processor : processors) {
      if (processor.get("lag").asLong() > 0) {
        return false;
      }
    }
    return true;
  }

  private interface End {
    boolean hasCome();
  }

  /** Changes and queries at their rates; the nanoseconds that each query took. */
  private long[] load(Duration longest, End end) throws InterruptedException {
    Queue<Long> times = new ConcurrentLinkedQueue<>();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger number = new AtomicInteger();
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(32);
    Runnable change = () -> change(number.getAndIncrement());
    Runnable query =
        () -> {
          long began = System.nanoTime();
          query(number.getAndIncrement());
          times.add(System.nanoTime() - began);
        };
    repeat(threads, noting(change, failures), CHANGES_PER_SECOND);
    repeat(threads, noting(query, failures), QUERIES_PER_SECOND);
    long until = System.nanoTime() + longest.toNanos();
    while (System.nanoTime() < until && failures.isEmpty() && !end.hasCome()) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(failures).isEmpty();
    return times.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static void repeat(ScheduledExecutorService threads, Runnable request, int perSecond) {
    // Several of a slower pace, so that one that takes long holds up none but its own next.
    for (int i = 0; i < 10; i++) {
      long period = 10_000_000L / perSecond;
      var unused =
          threads.scheduleAtFixedRate(request, i * period / 10, period, TimeUnit.MICROSECONDS);
    }
  }

  private static Runnable noting(Runnable request, Queue<Throwable> failures) {
    return () -> {
      try {
        request.run();
      } catch (AssertionError | RuntimeException failure) {
        failures.add(failure);
      }
    };
  }

  // None is changed by two at once: the same comes again much later.
  private void change(int number) {
    int note = number * 7 % notes.size();
    String id = notes.get(note);
    String body = Json.object("title", "Plan " + number, "content", "", "tags", List.of());
    Answer changed = owner(note).with("If-Match", "*").put("/notes/" + id, body).expect(200);
    versions.put(id, changed.json().get("version").asLong());
  }

  private void query(int number) {
    int note = number * 31 % notes.size();
    if (number % 10 == 0) {
      JsonNode page = owner(note).get("/notes?size=10").expect(200).json();
      assertThat(page.at("/page/totalElements").asInt()).isEqualTo(NOTES_OF_EACH);
    } else {
      assertThat(owner(note).get("/notes/" + notes.get(note)).expect(200).text("/title"))
          .isNotBlank();
    }
  }

  private Client owner(int note) {
    return users.get(note / NOTES_OF_EACH);
  }

  /** Every acknowledged change is in the model, and no other. */
  private void allIsThere() {
    Annals.eventually(
        () -> {
          for (JsonNode note : all()) {
            assertThat(note.get("version").asLong())
                .isEqualTo(versions.get(note.get("id").asString()));
          }
        });
  }

  private List<JsonNode> all() {
    List<JsonNode> all = new ArrayList<>();
    for (Client user : users) {
      for (JsonNode note :
          user.get("/notes?size=100&sort=createdAt,asc").expect(200).json().get("content")) {
        all.add(note);
      }
    }
    assertThat(all).hasSize(USERS * NOTES_OF_EACH);
    return all;
  }

  private void nothingIsToldTwice(JdbcClient jdbc) {
    long events =
        jdbc.sql("select count(*) from events.domain_event_entry where type = 'Note'")
            .query(Long.class)
            .single();
    assertThat(
            users.stream()
                .map(user -> user.get("/notifications?size=1").expect(200).json())
                .mapToLong(page -> page.at("/page/totalElements").asLong())
                .sum())
        .isEqualTo(events);
  }

  private static String replay(Client admin) {
    return admin
        .post("/admin/processors/notes/replay")
        .expect(202)
        .header("Location")
        .orElseThrow();
  }

  private static String state(Client admin, String replay) {
    return admin.get(replay).expect(200).text("/state");
  }

  private static long of(JsonNode replay, String figure) {
    return replay.get(figure).asLong();
  }

  private static double p99(long[] sorted) {
    return sorted[(int) Math.ceil(sorted.length * 0.99) - 1] / 1e6;
  }

  private static void print(String format, Object... values) {
    System.out.println("Measured: " + String.format(Locale.ROOT, format, values));
  }
}
