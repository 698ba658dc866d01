package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.servers.StompClient;
import dev.annals.standalone.SplitDeployment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;
import tools.jackson.databind.JsonNode;

/**
 * Stops and starts Redis while users write, read and listen on two processes of each side, without
 * any effect on them. Each shown list is compared with the changes of its user.
 */
@Tag("long")
class RedisOutageIT {

  private static final int USERS = 3;
  private static final int OUTAGES = 3;
  private static final Duration BETWEEN = Duration.ofSeconds(6);
  private static final Duration OLDEST_PAGE = Duration.ofSeconds(30);

  @Test
  @Timeout(240)
  void answersAllRequestsDuringAndAfterAnOutageOfRedis() throws Exception {
    int port = freePort();
    RedisServer redis =
        RedisServer.newRedisServer().port(port).bind("127.0.0.1").setting("save \"\"").build();
    redis.start();
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean over = new AtomicBoolean();
    try (SplitDeployment split =
        SplitDeployment.start(
            2, false, Map.of("SPRING_DATA_REDIS_URL", "redis://127.0.0.1:" + port))) {
      Annals annals = new Annals(split.url(), Optional.empty());
      List<User> users =
          Stream.generate(() -> new User(annals.newUser(), split)).limit(USERS).toList();
      List<Future<?>> load = new ArrayList<>();
      for (User user : users) {
        load.add(threads.submit(() -> user.writeUntil(over)));
        load.add(threads.submit(() -> user.readUntil(over)));
      }
      for (int outage = 0; outage < OUTAGES; outage++) {
        goOn(load);
        redis.stop();
        goOn(load);
        redis.start();
      }
      goOn(load);
      over.set(true);
      for (Future<?> end : load) {
        end.get();
      }

      for (User user : users) {
        user.findsEverything();
        user.usesTheCacheAgain();
        user.wasToldOfEachOnce();
        System.out.println("Measured: " + user);
      }
      assertThat(users.stream().mapToInt(user -> user.hits.get()).sum()).isPositive();
    } finally {
      over.set(true);
      threads.shutdownNow();
      redis.stop();
    }
  }

  /** Waits for a time, or until the first failure of a user. */
  private static void goOn(List<Future<?>> load) throws Exception {
    long end = System.nanoTime() + BETWEEN.toNanos();
    await()
        .atMost(BETWEEN.multipliedBy(2))
        .until(() -> System.nanoTime() > end || load.stream().anyMatch(Future::isDone));
    for (Future<?> failed : load.stream().filter(Future::isDone).toList()) {
      failed.get();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /**
   * A user who writes from one client, reads from another and listens on both query sides. Titles
   * are numbers of changes, so that all states of the list differ.
   */
  private static final class User {

    private static final int MAX_NOTES = 20;
    private static final String LIST = "/notes?size=100";

    private final Client client;
    private final List<StompClient> listeners;
    private final Map<Set<String>, Integer> states = new ConcurrentHashMap<>();

    /** The time at which each state of the list was acknowledged. */
    private final Map<Integer, Long> acknowledged = new ConcurrentHashMap<>();

    private final Deque<String> notes = new ArrayDeque<>();
    private final Map<String, String> titles = new TreeMap<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private final AtomicLong oldest = new AtomicLong();
    private int changes;

    User(Client client, SplitDeployment split) {
      this.client = client;
      this.listeners =
          split.querySides().stream()
              .map(side -> StompClient.of(new Client(side.baseUrl(), client.headers())))
              .map(StompClient::subscribed)
              .toList();
      states.put(Set.of(), 0);
    }

    void writeUntil(AtomicBoolean over) {
      while (!over.get()) {
        String title = nextChange();
        Set<String> withIt = new TreeSet<>(titles.values());
        withIt.add(title);
        states.put(withIt, changes);
        Answer created = client.post("/notes", version(title)).expect(201);
        notes.add(created.id());
        titles.put(created.id(), title);
        seesIn(created);

        String updated = nextChange();
        titles.put(created.id(), updated);
        states.put(new TreeSet<>(titles.values()), changes);
        seesIn(client.ifMatch(0).put("/notes/" + created.id(), version(updated)).expect(200));

        if (notes.size() > MAX_NOTES) {
          nextChange();
          String last = notes.remove();
          titles.remove(last);
          states.put(new TreeSet<>(titles.values()), changes);
          seesIn(client.ifMatch(1).delete("/notes/" + last).expect(204));
        }
      }
    }

    private String nextChange() {
      return Integer.toString(++changes);
    }

    private void seesIn(Answer change) {
      acknowledged.put(changes, System.nanoTime());
      Client seeing =
          client.with("Consistency-Token", change.header("Consistency-Token").orElseThrow());
      assertThat(titlesIn(seeing.get(LIST).expect(200))).isEqualTo(new TreeSet<>(titles.values()));
    }

    void readUntil(AtomicBoolean over) {
      while (!over.get()) {
        long asked = System.nanoTime();
        Answer list = client.get(LIST).expect(200);
        Integer state = states.get(titlesIn(list));
        assertThat(state).as("a state that the list had: %s", list).isNotNull();
        Long replaced = acknowledged.get(state + 1);
        long age = replaced == null ? 0 : Math.max(0, asked - replaced);
        assertThat(Duration.ofNanos(age)).as("%s", list).isLessThanOrEqualTo(OLDEST_PAGE);
        oldest.accumulateAndGet(age, Math::max);
        reads.incrementAndGet();
        if (isHit(list)) {
          hits.incrementAndGet();
        }
      }
    }

    void findsEverything() {
      titles.forEach(
          (id, title) ->
              assertThat(client.get("/notes/" + id).expect(200).hasVersion(1).text("/title"))
                  .isEqualTo(title));
    }

    void usesTheCacheAgain() {
      Annals.eventually(() -> assertThat(isHit(client.get(LIST).expect(200))).isTrue());
    }

    void wasToldOfEachOnce() {
      for (StompClient listener : listeners) {
        Set<String> events = new TreeSet<>();
        for (long sequence = 1; sequence <= changes; sequence++) {
          JsonNode message = Json.parse(listener.message());
          assertThat(message.get("sequence").asLong()).isEqualTo(sequence);
          events.add(message.get("id").asString());
        }
        assertThat(events).hasSize(changes);
        listener.hasNothingMore();
        listener.close();
      }
    }

    private static boolean isHit(Answer list) {
      return list.header("Cache-Status").orElseThrow().endsWith("hit");
    }

    private static Set<String> titlesIn(Answer list) {
      return new TreeSet<>(Json.texts(list.json().get("content"), "title"));
    }

    private static String version(String title) {
      return Json.object("title", title, "content", "", "tags", List.of());
    }

    @Override
    public String toString() {
      return "%d changes, %d reads without a token, %d of them hits, the oldest %d ms old"
          .formatted(changes, reads.get(), hits.get(), Duration.ofNanos(oldest.get()).toMillis());
    }
  }
}
