package dev.annals.standalone.http;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Users who write and read notes at a steady rate through any of the gateways. If a gateway refuses
 * the connection, the next one is used; one that announces its end is avoided. After no answer or
 * 5xx a user repeats the change until its outcome is known, so that the ledger has all stored
 * changes; after {@code Retry-After: 5} they wait one to three seconds.
 */
final class Load implements AutoCloseable {

  // Longer than the waiting time of a user for their own change.
  private static final Duration QUIET = Duration.ofSeconds(10);
  private static final Duration AVOIDED = Duration.ofSeconds(10);
  private static final Duration TOLD_LATER = Duration.ofSeconds(1);
  private static final int READS_PER_SECOND = 20;
  private static final int NOTES_OF_EACH = 10;
  private static final int VERSIONS_OF_EACH = 50;
  private static final long REMEMBERED = Duration.ofMinutes(2).toNanos();

  private final List<URI> gateways;
  private final Ledger ledger = new Ledger();
  private final List<Writer> writers = new ArrayList<>();
  private final Map<URI, Long> leaving = new ConcurrentHashMap<>();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> mistakes = new ConcurrentLinkedQueue<>();
  private final AtomicLong lastChange = new AtomicLong(System.nanoTime());
  private final AtomicLong longestPause = new AtomicLong();
  private final AtomicLong oldestPage = new AtomicLong();
  private final ScheduledExecutorService threads;
  private volatile boolean over;

  /**
   * A failed request.
   *
   * @param status 0 without an answer
   * @param type the problem type
   * @param began the start, by {@link System#nanoTime()}
   */
  record Failure(
      String request,
      int status,
      String type,
      Optional<String> retryAfter,
      long began,
      Duration took) {

    boolean isRead() {
      return request.startsWith("GET");
    }

    /** Returns true for a problem document with {@code Retry-After}. */
    boolean isToldWhen(String slug) {
      return status == 503 && type.equals("urn:problem:" + slug) && retryAfter.isPresent();
    }
  }

  /**
   * Starts the load.
   *
   * @param changesPerSecond of all users together, who read twenty times a second
   */
  Load(List<URI> gateways, int users, int changesPerSecond) {
    this.gateways = gateways;
    this.threads = Executors.newScheduledThreadPool(2 * users);
    Annals annals = new Annals(gateways.get(0), Optional.empty());
    for (int i = 0; i < users; i++) {
      List<URI> inTurn = new ArrayList<>(gateways);
      Collections.rotate(inTurn, i);
      // At different times, so that a user tries soon after a recovery.
      writers.add(
          new Writer(
              annals, inTurn, TOLD_LATER.plus(TOLD_LATER.multipliedBy(2L * i).dividedBy(users))));
    }
    long period = TimeUnit.SECONDS.toNanos(users) / changesPerSecond;
    long readPeriod = TimeUnit.SECONDS.toNanos(users) / READS_PER_SECOND;
    long start = System.nanoTime();
    for (int i = 0; i < users; i++) {
      Writer writer = writers.get(i);
      repeat(writer::writeUnlessTold, start + i * period / users, period);
      repeat(writer::read, start + period / 2 + i * readPeriod / users, readPeriod);
    }
  }

  private void repeat(Runnable step, long at, long period) {
    var unused =
        threads.schedule(
            () -> {
              try {
                step.run();
              } catch (RuntimeException | AssertionError mistake) {
                mistakes.add(mistake);
                return;
              }
              if (!over) {
                // Missed runs are not caught up.
                repeat(step, Math.max(at + period, System.nanoTime()), period);
              }
            },
            at - System.nanoTime(),
            TimeUnit.NANOSECONDS);
  }

  /** Continues for a time. */
  void goOn(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    await()
        .atMost(time.plusSeconds(30))
        .until(() -> System.nanoTime() > end || !mistakes.isEmpty());
    assertThat(mistakes).isEmpty();
  }

  /** Waits until new processes answer without failures, and clears the failures. */
  void becomesWell() {
    isWellWithin(Duration.ofSeconds(60));
    failures.clear();
  }

  /** Waits until no request fails and each user has seen their own change. */
  void isWellWithin(Duration time) {
    await()
        .atMost(time.plus(QUIET))
        .until(
            () -> {
              long since = System.nanoTime() - QUIET.toNanos();
              return !mistakes.isEmpty()
                  || (lastChange.get() > since
                      && failures.stream().noneMatch(it -> it.began() + it.took().toNanos() > since)
                      && writers.stream().allMatch(it -> it.wrote > since && it.read > since));
            });
    assertThat(mistakes).isEmpty();
  }

  /** Returns and clears the failures. */
  List<Failure> failures() {
    List<Failure> taken = new ArrayList<>();
    for (Failure next = failures.poll(); next != null; next = failures.poll()) {
      taken.add(next);
    }
    return taken;
  }

  /** Returns the users, with the tokens that they have now. */
  List<Client> users() {
    return writers.stream().map(writer -> writer.user).toList();
  }

  long changes() {
    return ledger.changes();
  }

  /** Returns the longest time between two acknowledged changes. */
  Duration longestPause() {
    return Duration.ofNanos(longestPause.get());
  }

  /**
   * Returns the longest time from the acknowledgement of a change to the request of a page of a
   * list that lacked it. The pages are read without a {@code Consistency-Token}.
   */
  Duration oldestPage() {
    return Duration.ofNanos(oldestPage.get());
  }

  /** Stops the load and compares the acknowledged changes with event store and read model. */
  void nothingIsLost() throws InterruptedException {
    over = true;
    threads.shutdown();
    assertThat(threads.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
    assertThat(mistakes).isEmpty();
    for (Writer writer : writers) {
      for (int attempts = 0; writer.next != null && attempts < 100; attempts++) {
        writer.write();
      }
      assertThat(writer.next).as("unanswered change").isNull();
    }
    Annals annals = new Annals(gateways.get(0), Optional.empty());
    ledger.isInTheEventStore(annals.admin());
    List<Client> users = writers.stream().map(writer -> writer.signIn(annals)).toList();
    ledger.isInTheReadModel(users);
    ledger.wasToldOnce(users);
  }

  @Override
  public void close() {
    over = true;
    threads.shutdownNow();
  }

  /** A change with an unknown outcome. */
  private record Next(String note, long version, String title) {

    boolean isCreation() {
      return note.isEmpty();
    }
  }

  /** The expected content of a read. */
  private record Seen(String note, long version, String token) {}

  /** A change that was acknowledged at a time. */
  private record Stored(String note, long version, long at) {}

  private final class Writer {

    private final String email = Annals.newEmail();
    private final List<URI> gateways;
    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> versions = new ArrayList<>();
    private final Queue<Stored> stored = new ConcurrentLinkedQueue<>();
    private final Duration later;
    private volatile Client user;
    private volatile Next next;
    private volatile Seen seen;
    private volatile long notBefore = System.nanoTime();
    private volatile long wrote;
    private volatile long read;
    private int count;
    private int reads;

    Writer(Annals annals, List<URI> gateways, Duration later) {
      this.gateways = gateways;
      this.later = later;
      annals
          .anybody()
          .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
          .expect(201);
      user = signIn(annals);
    }

    Client signIn(Annals annals) {
      return annals.signedIn(email, Annals.PASSWORD);
    }

    /** Writes unless the user waits after {@code Retry-After}. */
    void writeUnlessTold() {
      if (System.nanoTime() >= notBefore) {
        write();
      }
    }

    /** Sends the next change, or repeats the last one if its outcome is unknown. */
    void write() {
      if (next == null) {
        next = next();
      }
      Next change = next;
      String body = Json.object("title", change.title(), "content", "", "tags", List.of());
      send(
              change.isCreation()
                  ? client ->
                      client
                          .with("Idempotency-Key", '"' + change.title() + '"')
                          .post("/notes", body)
                  : client -> client.ifMatch(change.version()).put("/notes/" + change.note(), body),
              change.isCreation() ? "POST /notes" : "PUT /notes")
          .ifPresent(answer -> settle(change, answer));
    }

    private Next next() {
      int turn = count++ % NOTES_OF_EACH;
      String title = email.substring(0, 8) + " " + count;
      if (turn < notes.size() && versions.get(turn) < VERSIONS_OF_EACH) {
        return new Next(notes.get(turn), versions.get(turn), title);
      }
      return new Next("", -1, title);
    }

    private void settle(Next change, Answer answer) {
      switch (answer.status()) {
        case 201 -> created(change, answer);
        case 200 -> updated(change, answer.json().get("version").asLong(), answer);
        // The earlier attempt was stored without an answer.
        case 412 -> updated(change, answer.json().get("currentVersion").asLong(), answer);
        // The earlier attempt is still in progress.
        case 409 -> {}
        default -> failed(answer, "change");
      }
    }

    private void created(Next change, Answer answer) {
      ledger.created(answer.id(), change.title());
      int turn = (count - 1) % NOTES_OF_EACH;
      if (turn < notes.size()) {
        notes.set(turn, answer.id());
        versions.set(turn, 0L);
      } else {
        notes.add(answer.id());
        versions.add(0L);
      }
      isStored(answer.id(), 0, answer);
    }

    private void updated(Next change, long version, Answer answer) {
      assertThat(version).as("%s", answer).isEqualTo(change.version() + 1);
      ledger.updated(change.note(), version, change.title());
      versions.set(notes.indexOf(change.note()), version);
      isStored(change.note(), version, answer);
    }

    private void isStored(String note, long version, Answer answer) {
      next = null;
      wrote = System.nanoTime();
      stored.add(new Stored(note, version, wrote));
      long before = lastChange.getAndSet(wrote);
      longestPause.accumulateAndGet(wrote - before, Math::max);
      answer.header("Consistency-Token").ifPresent(token -> seen = new Seen(note, version, token));
    }

    /** Reads the last changed note and the list in turn. */
    void read() {
      Seen change = seen;
      if (change == null) {
        return;
      }
      if (reads++ % 2 == 0) {
        long began = System.nanoTime();
        send(client -> client.get("/notes?size=20"), "GET /notes")
            .ifPresent(answer -> listed(answer, began));
      } else {
        send(
                client ->
                    client.with("Consistency-Token", change.token()).get("/notes/" + change.note()),
                "GET /notes/{id}")
            .ifPresent(answer -> seenIn(change, answer));
      }
    }

    private void listed(Answer answer, long began) {
      if (answer.status() != 200) {
        failed(answer, "list");
      }
      stored.removeIf(change -> began - change.at() > REMEMBERED);
      Map<String, Long> shown = new HashMap<>();
      for (JsonNode note : answer.json().get("content")) {
        shown.put(note.get("id").asString(), note.get("version").asLong());
      }
      for (Stored change : stored) {
        if (shown.getOrDefault(change.note(), Long.MAX_VALUE) < change.version()) {
          oldestPage.accumulateAndGet(began - change.at(), Math::max);
        }
      }
    }

    private void seenIn(Seen change, Answer answer) {
      if (answer.status() == 200) {
        assertThat(answer.json().get("version").asLong())
            .as("%s", answer)
            .isGreaterThanOrEqualTo(change.version());
        read = System.nanoTime();
      } else {
        failed(answer, "note");
      }
    }

    private void failed(Answer answer, String what) {
      throw new AssertionError("a " + what + " got an unexpected answer: " + answer);
    }

    /** An answer that is no failure of the service. */
    private Optional<Answer> send(Function<Client, Answer> request, String name) {
      long began = System.nanoTime();
      AssertionError refused = null;
      for (URI gateway : inOrder()) {
        try {
          Answer answer = request.apply(new Client(gateway, user.headers()));
          if (answer.header("Connection").filter("close"::equals).isPresent()) {
            leaving.put(gateway, System.nanoTime());
          }
          if (answer.status() == 401) {
            user = signIn(new Annals(gateway, Optional.empty()));
            return Optional.empty();
          }
          if (answer.status() < 500) {
            return Optional.of(answer);
          }
          boolean problem = answer.header("Content-Type").orElse("").contains("problem+json");
          String type = problem ? answer.text("/type") : answer.text();
          note(name, answer.status(), type, answer.header("Retry-After"), began);
          return Optional.empty();
        } catch (AssertionError unanswered) {
          if (!(unanswered.getCause() instanceof ConnectException)) {
            note(name, 0, String.valueOf(unanswered.getCause()), Optional.empty(), began);
            return Optional.empty();
          }
          refused = unanswered;
        }
      }
      throw refused;
    }

    private List<URI> inOrder() {
      long since = System.nanoTime() - AVOIDED.toNanos();
      List<URI> inOrder = new ArrayList<>(gateways);
      inOrder.sort(Comparator.comparing(gateway -> leaving.getOrDefault(gateway, since) > since));
      return inOrder;
    }

    private void note(
        String name, int status, String type, Optional<String> retryAfter, long began) {
      long now = System.nanoTime();
      Failure failure =
          new Failure(name, status, type, retryAfter, began, Duration.ofNanos(now - began));
      failures.add(failure);
      if (!failure.isRead() && retryAfter.isPresent()) {
        notBefore = now + later.toNanos();
      }
    }
  }

  @Override
  public String toString() {
    return "%d changes, the longest pause %d ms".formatted(changes(), longestPause().toMillis());
  }

  /** Returns the end of the last failure, by {@link System#nanoTime()}. */
  static Optional<Long> lastEnd(List<Failure> failures) {
    return failures.stream().map(it -> it.began() + it.took().toNanos()).max(Long::compare);
  }

  /** Returns the number of failures of each kind and the longest duration. */
  static String summary(List<Failure> failures) {
    Map<String, List<Failure>> kinds =
        failures.stream()
            .collect(
                groupingBy(
                    it -> it.request() + " " + it.status() + " " + it.type(),
                    TreeMap::new,
                    toList()));
    return kinds.entrySet().stream()
        .map(
            kind ->
                "%s: %d, within %d ms"
                    .formatted(
                        kind.getKey(),
                        kind.getValue().size(),
                        kind.getValue().stream()
                            .mapToLong(it -> it.took().toMillis())
                            .max()
                            .orElse(0)))
        .collect(joining("; "));
  }
}
