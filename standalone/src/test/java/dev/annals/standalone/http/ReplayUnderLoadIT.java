package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A replay of 200 000 events under load. */
@Tag("long")
class ReplayUnderLoadIT {

  private static final int VERSIONS = 100;
  private static final int CHANGES_PER_SECOND = 100;
  private static final int QUERIES_PER_SECOND = 200;
  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final Duration SIGNED_IN = Duration.ofMinutes(4);

  @TempDir private Path folder;

  private final ManyNotes notes = new ManyNotes(VERSIONS);

  @Test
  @Timeout(7200)
  void failsNoQueryLosesNothingAndRepeatsNoNotification() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    try (AnnalsProcess program = start(data)) {
      Annals annals = new Annals(program.baseUrl(), Optional.empty());
      notes.fill(annals, Database.in(data).jdbc());
      underLoad(annals);
      notes.signIn(annals);
      notes.areAsAcknowledged();
      notes.areToldOfOnce(Database.in(data).jdbc());
      List<String> followed = notes.contents();

      NotesReplay.start(annals).doneFrom(0);

      notes.signIn(annals);
      assertThat(notes.contents()).isEqualTo(followed);
      notes.areToldOfOnce(Database.in(data).jdbc());
    }
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

  private void underLoad(Annals annals) throws InterruptedException {
    load(annals, "warming up", Duration.ofSeconds(20), () -> false);
    load(annals, "usual", Duration.ofSeconds(30), () -> false);
    NotesReplay replay = NotesReplay.start(annals);
    load(annals, "during the replay", TIMEOUT, () -> !replay.isRunning());

    JsonNode done = replay.doneFrom(0);
    print(
        "%d events built anew, %.0f a second",
        done.get("total").asLong(), done.get("eventsPerSecond").asDouble());
  }

  private interface End {
    boolean hasCome();
  }

  /** Sends changes and queries at fixed rates. */
  private void load(Annals annals, String name, Duration longest, End end)
      throws InterruptedException {
    Queue<Long> times = new ConcurrentLinkedQueue<>();
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger number = new AtomicInteger();
    AtomicInteger changes = new AtomicInteger();
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(32);
    Runnable change =
        () -> {
          notes.change(number.getAndIncrement());
          changes.incrementAndGet();
        };
    Runnable query =
        () -> {
          long began = System.nanoTime();
          notes.query(number.getAndIncrement());
          times.add(System.nanoTime() - began);
        };
    repeat(threads, noting(change, failures), CHANGES_PER_SECOND);
    repeat(threads, noting(query, failures), QUERIES_PER_SECOND);
    long began = System.nanoTime();
    long signedIn = began - SIGNED_IN.toNanos();
    while (System.nanoTime() - began < longest.toNanos() && failures.isEmpty() && !end.hasCome()) {
      if (System.nanoTime() - signedIn > SIGNED_IN.toNanos()) {
        notes.signIn(annals);
        signedIn = System.nanoTime();
      }
      TimeUnit.SECONDS.sleep(1);
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(failures).isEmpty();
    double seconds = (System.nanoTime() - began) / 1e9;
    long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
    print(
        "%s: %.0f changes and %.0f queries a second, a query p50 %.1f ms, p99 %.1f ms, %d queries",
        name,
        changes.get() / seconds,
        sorted.length / seconds,
        percentile(sorted, 0.5),
        percentile(sorted, 0.99),
        sorted.length);
  }

  private static void repeat(ScheduledExecutorService threads, Runnable request, int perSecond) {
    // Several slow clients, so that a slow request delays only the next one of its client.
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

  private static double percentile(long[] sorted, double part) {
    return sorted[(int) Math.ceil(sorted.length * part) - 1] / 1e6;
  }

  private static void print(String format, Object... values) {
    System.out.println("Measured: " + String.format(Locale.ROOT, format, values));
  }
}
