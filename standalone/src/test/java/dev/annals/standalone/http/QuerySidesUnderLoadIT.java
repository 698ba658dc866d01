package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.servers.StompClient;
import dev.annals.servers.StompClient.Frame;
import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Service;
import dev.annals.standalone.SplitDeployment.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.JsonNode;

/** Query sides that are added and removed under a steady load, with subscribers. */
@Tag("long")
@Timeout(600)
@EnabledOnOs(value = OS.LINUX, disabledReason = "another system may have no address 127.0.0.2")
class QuerySidesUnderLoadIT {

  private static final int USERS = 20;
  private static final int CHANGES_PER_SECOND = 20;
  private static final Duration BETWEEN = Duration.ofSeconds(5);
  private static final Set<String> PROCESSORS = Set.of("notes", "tasks", "notifications");
  private static final Pattern SESSIONS = Pattern.compile("(?m)^annals_stomp_sessions\\S* (\\S+)$");
  private static final Pattern READS =
      Pattern.compile("(?m)^http_server_requests_seconds_count\\{.*uri=\"/notes\".* (\\S+)$");

  private final List<Follower> followers = new ArrayList<>();
  private final List<Future<?>> ends = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private SplitDeployment split;
  private Load load;
  private volatile boolean over;

  @BeforeEach
  void start() {
    Map<String, String> variables = new HashMap<>(Annals.ADMIN);
    variables.put("ANNALS_DRAIN", "3s");
    split = SplitDeployment.start(new Shape(2, 1, false, false, true), false, variables);
    load = new Load(split.urls(), USERS, CHANGES_PER_SECOND);
  }

  @AfterEach
  void stop() throws Exception {
    over = true;
    threads.shutdownNow();
    if (load != null) {
      load.close();
    }
    if (split != null) {
      split.close();
    }
  }

  @Test
  void failsNoRequestAndMissesNoPushFromOneQuerySideToFourAndBack() throws Exception {
    load.becomesWell();
    for (int user = 0; user < USERS; user++) {
      follow(user);
    }
    List<Follower> before = List.copyOf(followers);
    Service first =
        split.services().stream().filter(Service::isQuerySide).findFirst().orElseThrow();
    await().until(() -> figure(first, SESSIONS) == USERS);
    load.goOn(BETWEEN);

    List<Service> added = List.of(split.addQuerySide(), split.addQuerySide(), split.addQuerySide());
    untilOwners(4);
    Annals.eventually(() -> assertThat(added).allMatch(it -> figure(it, READS) > 10));
    for (int i = 0; i < 3 * USERS; i++) {
      follow(i % USERS);
    }
    Annals.eventually(() -> assertThat(added).allMatch(it -> figure(it, SESSIONS) > 1));
    load.goOn(BETWEEN);

    split.unpublish(added.get(0));
    added.get(0).stop();
    load.goOn(BETWEEN);
    for (Service service : added.subList(1, 3)) {
      service.stop();
      load.goOn(BETWEEN);
      split.unpublish(service);
    }
    untilOwners(1);
    load.goOn(BETWEEN);

    List<Load.Failure> failures = load.failures();
    print("%s, %d failures: %s", load, failures.size(), Load.summary(failures));
    load.nothingIsLost();
    for (Follower follower : followers) {
      Annals.eventually(follower::hasAll);
    }
    over = true;
    for (Future<?> end : ends) {
      end.get(10, TimeUnit.SECONDS);
    }
    print(
        "%d messages to %d subscribers, %d of them reconnected",
        followers.stream().mapToInt(it -> it.received.size()).sum(),
        followers.size(),
        followers.stream().filter(it -> it.connections.get() > 1).count());
    assertThat(before).allMatch(it -> it.connections.get() == 1);
    assertThat(failures).isEmpty();
  }

  private void follow(int user) {
    Follower follower = new Follower(user, split.urls().get(followers.size() % 2));
    followers.add(follower);
    ends.add(threads.submit(follower));
  }

  private void untilOwners(int number) {
    Annals admin = new Annals(split.url(), Optional.empty());
    Annals.eventually(
        () -> {
          for (JsonNode processor : admin.admin().get("/admin/processors").expect(200).json()) {
            if (PROCESSORS.contains(processor.get("name").asString())) {
              assertThat(processor.get("owners").size()).isEqualTo(number);
            }
          }
        });
  }

  /** Returns the sum of a metric of a process. */
  private static double figure(Service service, Pattern metric) {
    try {
      URI metrics = service.managementUrl().resolve("/actuator/prometheus");
      return metric
          .matcher(new String(metrics.toURL().openStream().readAllBytes(), UTF_8))
          .results()
          .mapToDouble(it -> Double.parseDouble(it.group(1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println("Measured: " + String.format(Locale.ROOT, format, values));
  }

  /** A subscriber at a gateway that connects again after each loss of its connection. */
  private final class Follower implements Callable<Void> {

    private static final Duration POLL = Duration.ofMillis(100);

    private final int user;
    private final URI gateway;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    Follower(int user, URI gateway) {
      this.user = user;
      this.gateway = gateway;
    }

    @Override
    public Void call() {
      while (!over) {
        try (StompClient client = StompClient.of(login()).subscribed("after:" + received.size())) {
          connections.incrementAndGet();
          boolean closed = false;
          while (!closed && !over) {
            closed = client.closed().isDone();
            for (Optional<Frame> next = client.next(POLL);
                next.isPresent();
                next = client.next(POLL)) {
              receive(next.get());
            }
          }
        }
      }
      return null;
    }

    private Client login() {
      return new Client(gateway, load.users().get(user).headers());
    }

    private void receive(Frame frame) {
      assertThat(frame.command()).as("%s", frame).isEqualTo("MESSAGE");
      JsonNode message = Json.parse(frame.body());
      assertThat(message.get("sequence").asInt()).isEqualTo(received.size() + 1);
      received.add(message.get("id").asString());
    }

    /** Asserts that each notification of the user came once. */
    void hasAll() {
      List<String> inbox = new ArrayList<>();
      int pages = 1;
      for (int page = 0; page < pages; page++) {
        JsonNode list =
            login().get("/notifications?after=0&size=100&page=" + page).expect(200).json();
        pages = list.at("/page/totalPages").asInt();
        list.get("content").forEach(it -> inbox.add(it.get("id").asString()));
      }
      assertThat(received).isEqualTo(inbox);
    }
  }
}
