package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.SplitDeployment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Notifications on two query sides, with many changes, reconnects and clients. */
@Tag("long")
class NotificationsUnderLoadIT {

  private static final int RECONNECTS = 100;
  private static final int SESSIONS = 1000;
  private static final long MAX_MEBIBYTES = 700;
  private static final int CHANGES_PER_SECOND = 20;

  private static SplitDeployment split;
  private static Annals annals;

  private final List<StompClient> clients = new ArrayList<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(16);

  @BeforeAll
  static void start() {
    split = SplitDeployment.start(2, false, Map.of("JAVA_TOOL_OPTIONS", "-Xmx384m"));
    annals = new Annals(split.url(), Optional.empty());
  }

  @AfterAll
  static void stop() throws Exception {
    if (split != null) {
      split.close();
    }
  }

  @AfterEach
  void leave() {
    threads.shutdownNow();
    clients.forEach(StompClient::close);
  }

  @Test
  @Timeout(180)
  void arriveOnceInOrderAfterAReconnectToTheOtherInstance() throws Exception {
    Client user = annals.newUser();
    List<Future<?>> load = new ArrayList<>();
    for (Client writer : List.of(user, user, user, user, annals.newUser(), annals.newUser())) {
      load.add(threads.scheduleAtFixedRate(() -> change(writer), 0, 40, TimeUnit.MILLISECONDS));
    }
    long last = 0;
    for (int i = 0; i < RECONNECTS; i++) {
      try (StompClient client = StompClient.of(on(i % 2, user)).subscribed("after:" + last)) {
        // Some disconnect during stored messages, most during new ones.
        for (int more = i * 7 % 13; more >= 0; more--) {
          assertThat(sequence(client)).isEqualTo(++last);
        }
      }
    }
    assertThat(load).noneMatch(Future::isDone);
    print("%d notifications in %d connections", last, RECONNECTS);
  }

  @Test
  @Timeout(300)
  void reachAThousandSessionsOfOneInstanceWithinItsMemory() throws Exception {
    List<Listener> listeners =
        all(
            SESSIONS,
            () -> {
              Client user = annals.newUser();
              return new Listener(user, List.of(connected(on(0, user))));
            });
    AnnalsProcess instance = split.querySides().get(0);
    print("%d sessions: %d MiB resident", SESSIONS, instance.residentMebibytes());

    measure("to one of %d sessions".formatted(SESSIONS), listeners, SESSIONS);

    print("%d MiB resident after that", instance.residentMebibytes());
    assertThat(instance.residentMebibytes()).isLessThanOrEqualTo(MAX_MEBIBYTES);
    listeners.forEach(listener -> listener.clients().get(0).hasNothingMore());
  }

  @Test
  @Timeout(120)
  void reachClientsOfBothInstances() throws Exception {
    List<Listener> listeners =
        all(
            2 * CHANGES_PER_SECOND,
            () -> {
              Client user = annals.newUser();
              return new Listener(user, List.of(connected(on(0, user)), connected(on(1, user))));
            });

    measure("to clients of both query sides, cold", listeners, 30 * CHANGES_PER_SECOND);
    measure("to clients of both query sides, warm", listeners, 30 * CHANGES_PER_SECOND);
  }

  /** A user who makes changes, and the clients that receive the messages. */
  private record Listener(Client user, List<StompClient> clients) {

    /** Makes a change and returns the nanoseconds from its answer to the last client's message. */
    long change() {
      String note = NotificationsUnderLoadIT.change(user);
      long answered = System.nanoTime();
      for (StompClient client : clients) {
        JsonNode message = Json.parse(client.message());
        assertThat(message.at("/resource/id").asString()).isEqualTo(note);
      }
      return System.nanoTime() - answered;
    }
  }

  /** Makes changes by each user in turn, slowly enough that no change waits for another. */
  private void measure(String what, List<Listener> listeners, int changes) throws Exception {
    List<Future<Long>> told = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      Listener listener = listeners.get(i % listeners.size());
      told.add(
          threads.schedule(
              listener::change, i * 1000L / CHANGES_PER_SECOND, TimeUnit.MILLISECONDS));
    }
    List<Long> delays = new ArrayList<>();
    for (Future<Long> each : told) {
      delays.add(each.get());
    }
    long[] sorted = delays.stream().mapToLong(Long::longValue).sorted().toArray();
    print(
        "%d changes %s: p50 %.1f ms, p99 %.1f ms, at most %.1f ms",
        changes,
        what,
        sorted[changes / 2] / 1e6,
        sorted[(int) Math.ceil(changes * 0.99) - 1] / 1e6,
        sorted[changes - 1] / 1e6);
  }

  private List<Listener> all(int count, Callable<Listener> connect)
      throws InterruptedException, ExecutionException {
    List<Listener> listeners = new ArrayList<>();
    for (Future<Listener> each : threads.invokeAll(Collections.nCopies(count, connect))) {
      listeners.add(each.get());
      clients.addAll(each.get().clients());
    }
    return listeners;
  }

  private static StompClient connected(Client user) {
    return StompClient.of(user).subscribed();
  }

  private static Client on(int querySide, Client user) {
    return new Client(split.querySides().get(querySide).baseUrl(), user.headers());
  }

  private static String change(Client user) {
    return user.post("/notes", Json.object("title", "Plan")).expect(201).id();
  }

  private static long sequence(StompClient client) {
    return Json.parse(client.message()).get("sequence").asLong();
  }

  private static void print(String format, Object... values) {
    System.out.println("Measured: " + String.format(Locale.ROOT, format, values));
  }
}
