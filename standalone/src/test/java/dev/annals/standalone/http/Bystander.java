package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A user who sends ordinary requests at a steady rate, and a monitor of the probes. Records
 * unexpected answers and response times.
 */
final class Bystander implements AutoCloseable {

  private static final Duration STEP_INTERVAL = Duration.ofMillis(50);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(250);
  private static final int STEPS_PER_LOGIN = 40;

  private final String email = Annals.newEmail();
  private final Annals annals;
  private final Client user;
  private final StompClient push;
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Queue<Duration> requests = new ConcurrentLinkedQueue<>();
  private final Queue<Duration> probes = new ConcurrentLinkedQueue<>();
  private final ConcurrentMap<String, Long> slowest = new ConcurrentHashMap<>();
  private String note;
  private long version;
  private String token;
  private int steps;
  private int changes;

  Bystander(Annals annals) {
    this.annals = annals;
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Bob"))
        .expect(201);
    this.user = annals.signedIn(email, Annals.PASSWORD);
    this.push = StompClient.of(user).subscribed();
  }

  /** Starts after the read model has caught up. */
  Bystander start() {
    create();
    Annals.eventually(
        () -> user.with("Consistency-Token", token).get("/notes/" + note).expect(200));
    var unusedStep =
        threads.scheduleWithFixedDelay(
            this::step, 0, STEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    var unusedProbe =
        threads.scheduleWithFixedDelay(
            this::probe, 0, PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void step() {
    switch (steps++ % 6) {
      case 0 -> create();
      case 1 ->
          ask(
              "read own write",
              200,
              () -> user.with("Consistency-Token", token).get("/notes/" + note));
      case 2 -> update();
      case 3 -> ask("list", 200, () -> user.get("/notes?size=10"));
      case 4 -> ask("inbox", 200, () -> user.get("/notifications?size=10"));
      default -> ask("history", 200, () -> user.get("/notes/" + note + "/history?size=10"));
    }
    if (steps % STEPS_PER_LOGIN == 0) {
      ask(
          "login",
          200,
          () -> annals.anybody().post("/auth/login", Annals.login(email, Annals.PASSWORD)));
    }
  }

  private void create() {
    Answer answer =
        ask("create", 201, () -> user.post("/notes", Json.object("title", "note " + steps)));
    if (answer != null) {
      note = answer.id();
      changed(answer);
    }
  }

  private void update() {
    String body = Json.object("title", "again " + steps, "content", "", "tags", List.of());
    Answer answer = ask("update", 200, () -> user.ifMatch(version).put("/notes/" + note, body));
    if (answer != null) {
      changed(answer);
    }
  }

  private void changed(Answer answer) {
    version = answer.json().get("version").asLong();
    token = answer.header("Consistency-Token").orElseThrow();
    changes++;
  }

  private void probe() {
    for (String path : List.of("/livez", "/readyz")) {
      long began = System.nanoTime();
      expect(200, () -> annals.anybody().get(path));
      probes.add(Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private Answer ask(String name, int status, Supplier<Answer> request) {
    long began = System.nanoTime();
    Answer answer = expect(status, request);
    Duration time = Duration.ofNanos(System.nanoTime() - began);
    requests.add(time);
    slowest.merge(name, time.toMillis(), Math::max);
    return answer;
  }

  /** Returns the answer, or null after another status. */
  private Answer expect(int status, Supplier<Answer> request) {
    try {
      return request.get().expect(status);
    } catch (RuntimeException | AssertionError failure) {
      failures.add(failure.toString());
      return null;
    }
  }

  void stop() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
  }

  /** Asserts that each request had its answer and each change was pushed. */
  void hadNoFailure() {
    assertThat(failures).isEmpty();
    assertThat(requests).isNotEmpty();
    for (int i = 0; i < changes; i++) {
      push.message();
    }
  }

  /** Returns the 99th percentile of the response times. */
  Duration slowestButOneOfAHundred() {
    return percentile(requests, 99);
  }

  Duration slowestProbe() {
    return percentile(probes, 100);
  }

  /** Returns the longest time of each kind of request, in milliseconds. */
  Map<String, Long> slowest() {
    return slowest;
  }

  int count() {
    return requests.size();
  }

  private static Duration percentile(Queue<Duration> times, int percent) {
    List<Duration> sorted = new ArrayList<>(times);
    sorted.sort(null);
    return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    push.close();
  }
}
