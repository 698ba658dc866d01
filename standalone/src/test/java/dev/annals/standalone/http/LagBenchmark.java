package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.SplitDeployment;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * How far reads are behind writes, and what a long history costs. It asserts nothing but that it
 * measures what it says, and is no part of {@code verify}; {@code benchmarks/lag} runs it and
 * docs/benchmarks.md tells what came out.
 */
@TestMethodOrder(OrderAnnotation.class)
class LagBenchmark {

  private static final int USERS = 8;
  private static final Duration WARM_UP = Duration.ofSeconds(60);
  private static final Duration MEASURED = Duration.ofSeconds(30);

  /** At most so many changes a second are looked at: looking is load, too. */
  private static final int LOOKS_PER_SECOND = 50;

  @TempDir private Path folder;

  @Test
  @Order(1)
  void lagOfTheStandaloneProgram() throws Exception {
    try (AnnalsProcess program = standalone()) {
      measure("standalone", program.baseUrl(), program.baseUrl());
    }
  }

  @Test
  @Order(2)
  void lagOfTwoProcesses() throws Exception {
    try (SplitDeployment split = SplitDeployment.start(1, true, Map.of())) {
      measure("two processes", split.commandSide(), split.querySides().get(0).baseUrl());
    }
  }

  /** Each update that changes nothing loads the aggregate, decides, and stores nothing. */
  @Test
  @Order(3)
  void loadingOfALongHistory() throws Exception {
    try (AnnalsProcess program = standalone()) {
      Client user = new Annals(program.baseUrl(), Optional.empty()).newUser();
      String shortOne = noteOf(user, 10);
      String longOne = noteOf(user, 10_000);
      report(user, shortOne, 10, longOne, 10_000);
      // The farthest from a snapshot that an aggregate can be.
      for (int version = 10_000; version < 10_095; version++) {
        update(user, longOne, version, version);
      }
      report(user, shortOne, 10, longOne, 10_095);
    }
  }

  private AnnalsProcess standalone() throws Exception {
    return AnnalsProcess.on(folder.toRealPath().resolve("data"))
        .embedded()
        .usersFlags()
        .start()
        .awaitReady();
  }

  private static void measure(String deployment, URI writes, URI reads) throws Exception {
    Load load = new Load(new Annals(writes, Optional.empty()), reads);
    load.warmUp();
    for (int rate : List.of(20, 200)) {
      long start = System.nanoTime();
      long[] lags = load.run(rate, MEASURED);
      double seconds = (System.nanoTime() - start) / 1e9;
      print(
          "| %s | %d | %.0f | %d | %.1f | %.1f | %.1f |",
          deployment,
          rate,
          rate * MEASURED.toSeconds() / seconds,
          lags.length,
          millis(lags, 0.5),
          millis(lags, 0.99),
          millis(lags, 1));
    }
  }

  /** Changes by several users at a given rate, whether or not the ones before are answered. */
  private static final class Load {
    private final List<Client> users;
    private final List<List<String>> notes;
    private final URI reads;

    Load(Annals annals, URI reads) {
      this.users = Stream.generate(annals::newUser).limit(USERS).toList();
      this.notes =
          users.stream()
              .map(user -> (List<String>) new CopyOnWriteArrayList<>(List.of(create(user).id())))
              .toList();
      this.reads = reads;
    }

    /**
     * The sorted times in nanoseconds from a change's answer to that of a read that shows it. The
     * read waits by its Consistency-Token, so that the time is an upper bound: a request's way
     * there and back is in it.
     */
    long[] run(int rate, Duration duration) throws Exception {
      ExecutorService senders = Executors.newCachedThreadPool();
      try {
        List<Future<Long>> sent = new ArrayList<>();
        long start = System.nanoTime();
        long changes = rate * duration.toSeconds();
        int every = Math.max(1, rate / LOOKS_PER_SECOND);
        for (int i = 0; i < changes; i++) {
          long due = start + i * 1_000_000_000L / rate;
          while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
          }
          int number = i;
          sent.add(senders.submit(() -> change(number, number % every == 0)));
        }
        List<Long> lags = new ArrayList<>();
        for (Future<Long> change : sent) {
          long lag = change.get();
          if (lag >= 0) {
            lags.add(lag);
          }
        }
        return lags.stream().mapToLong(Long::longValue).sorted().toArray();
      } finally {
        senders.shutdownNow();
      }
    }

    /** As fast as it goes, one change of each user at a time: a cold program is not overrun. */
    void warmUp() throws Exception {
      ExecutorService senders = Executors.newFixedThreadPool(USERS);
      try {
        long end = System.nanoTime() + WARM_UP.toNanos();
        List<Future<?>> sent = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
          int first = user;
          sent.add(
              senders.submit(
                  () -> {
                    for (int i = first; System.nanoTime() < end; i += USERS) {
                      change(i, true);
                    }
                  }));
        }
        for (Future<?> done : sent) {
          done.get();
        }
      } finally {
        senders.shutdownNow();
      }
    }

    private long change(int number, boolean look) {
      Client user = users.get(number % USERS);
      List<String> own = notes.get(number % USERS);
      Answer changed;
      if (number / USERS % 4 == 0) {
        changed = create(user);
        own.add(changed.id());
      } else {
        String id = own.get(ThreadLocalRandom.current().nextInt(own.size()));
        changed =
            user.with("If-Match", "*").put("/notes/" + id, body(System.nanoTime())).expect(200);
      }
      long answered = System.nanoTime();
      if (!look) {
        return -1;
      }
      String token = changed.header("Consistency-Token").orElseThrow();
      new Client(reads, user.headers())
          .with("Consistency-Token", token)
          .get("/notes/" + changed.id())
          .expect(200);
      return System.nanoTime() - answered;
    }

    private static Answer create(Client user) {
      return user.post("/notes", body(System.nanoTime())).expect(201);
    }
  }

  private static String noteOf(Client user, int events) {
    String path = "/notes/" + user.post("/notes", body(0)).expect(201).id();
    for (int version = 1; version < events; version++) {
      update(user, path, version, version);
    }
    return path;
  }

  private static void update(Client user, String path, int content, int expectedVersion) {
    user.with("If-Match", "*").put(path, body(content)).expect(200).hasVersion(expectedVersion);
  }

  private static void report(Client user, String shortOne, int few, String longOne, int many) {
    int rounds = 600;
    long[] ofFew = new long[rounds];
    long[] ofMany = new long[rounds];
    // In turn, so that whatever else the machine does meets both.
    for (int i = 0; i < rounds; i++) {
      ofFew[i] = timeOfNoChange(user, shortOne, few - 1);
      ofMany[i] = timeOfNoChange(user, longOne, many - 1);
    }
    Arrays.sort(ofFew);
    Arrays.sort(ofMany);
    print(
        "| %d | %.2f | %.2f | %.2f |",
        many, millis(ofMany, 0.5), millis(ofFew, 0.5), millis(ofMany, 0.5) / millis(ofFew, 0.5));
  }

  private static long timeOfNoChange(Client user, String path, int lastVersion) {
    long start = System.nanoTime();
    update(user, path, lastVersion, lastVersion);
    return System.nanoTime() - start;
  }

  private static String body(long content) {
    return Json.of(
        Map.of("title", "A note", "content", Long.toString(content), "tags", List.of("load")));
  }

  private static double millis(long[] sorted, double quantile) {
    assertThat(sorted).isNotEmpty();
    return sorted[(int) Math.ceil(quantile * sorted.length) - 1] / 1e6;
  }

  private static void print(String format, Object... values) {
    System.out.println("Measured: " + String.format(Locale.ROOT, format, values));
  }
}
