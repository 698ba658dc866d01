package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Service;
import dev.annals.standalone.SplitDeployment.Store;
import dev.annals.standalone.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults under load, on two command sides and two query sides behind a gateway. {@code verify} runs
 * a short form of some tests; the profile {@code faults}, which sets {@code annals.faults.full},
 * runs all in full.
 */
@ExtendWith(Deployment.class)
@EnabledIfSystemProperty(
    named = "annals.deployment",
    matches = "split",
    disabledReason = "The standalone program has no second instance.")
@Tag("faults")
@Timeout(1200)
class FaultsIT {

  private static final boolean FULL = Boolean.getBoolean("annals.faults.full");
  private static final int KILLS = FULL ? 30 : 1;
  // A cold program is several times slower.
  private static final Duration BEFORE_KILLS = Duration.ofSeconds(FULL ? 40 : 2);
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(FULL ? 20 : 4);
  private static final int USERS = FULL ? 40 : 10;
  private static final int CHANGES_PER_SECOND = FULL ? 200 : 50;
  private static final Duration SERVING_AGAIN = Duration.ofSeconds(FULL ? 15 : 60);
  private static final Duration OUTAGE = Duration.ofSeconds(FULL ? 60 : 5);
  private static final Duration RECOVERY = Duration.ofSeconds(30);
  private static final int RACES = FULL ? 1000 : 100;

  private final SplitDeployment split;

  FaultsIT(SplitDeployment split) {
    this.split = split;
  }

  @Test
  void losesNoAcknowledgedChangeWhenCommandSidesAreKilled() throws Exception {
    try (Load load = new Load(split.urls(), USERS, CHANGES_PER_SECOND)) {
      load.goOn(BEFORE_KILLS);
      for (int kill = 0; kill < KILLS; kill++) {
        // Both, one, the other.
        List<Service> killed =
            kill % 3 == 0 ? split.commandSides() : List.of(split.commandSides().get(kill % 3 - 1));
        killed.forEach(Service::kill);
        killed.forEach(Service::start);
        load.goOn(BETWEEN_KILLS);
      }
      load.isWellWithin(RECOVERY);
      System.out.printf("Measured: %d times killed: %s%n", KILLS, load);
      System.out.printf("Measured: %s%n", Load.summary(load.failures()));
      load.nothingIsLost();
      assertThat(load.longestPause()).isLessThan(SERVING_AGAIN);
    }
  }

  @Test
  @Tag("long")
  void recoversFromAnOutageOfAllStores() throws Exception {
    areAwayForAWhile(List.of(Store.values()));
  }

  @ParameterizedTest
  @Tag("long")
  @EnumSource(
      value = Store.class,
      names = {"POSTGRESQL", "MONGODB"})
  void recoversFromAnOutageOfAStore(Store store) throws Exception {
    areAwayForAWhile(List.of(store));
  }

  @Test
  @Tag("long")
  void servesRequestsWithoutOptionalStores() throws Exception {
    areAwayForAWhile(List.of(Store.REDIS, Store.SMTP));
  }

  private void areAwayForAWhile(List<Store> stores) throws Exception {
    try (Load load = new Load(split.urls(), 20, 40)) {
      new Outage(split, OUTAGE).of(stores, TcpProxy::cut, load);
    }
  }

  @Test
  void noConditionalWriteIsLostBetweenTwoNodes() throws Exception {
    Client user = new Annals(split.url(), Optional.empty()).newUser();
    String note = user.post("/notes", "{\"title\":\"0\"}").expect(201).id();
    Map<Long, String> acknowledged = new ConcurrentHashMap<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      List<Future<?>> racing = new ArrayList<>();
      for (Service node : split.commandSides()) {
        for (int i = 0; i < 2; i++) {
          String racer = node + " " + i;
          Client client = new Client(node.url(), user.headers());
          racing.add(threads.submit(() -> race(client, note, racer, acknowledged)));
        }
      }
      for (Future<?> end : racing) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(acknowledged).hasSize(RACES);
    Ledger ledger = new Ledger();
    ledger.created(note, "0");
    for (long version = 1; version <= RACES; version++) {
      ledger.updated(note, version, acknowledged.get(version));
    }
    ledger.isInTheEventStore(new Annals(split.url(), Optional.empty()).admin());
    ledger.isInTheReadModel(List.of(user));
  }

  /**
   * Writes with the last known version, which a refusal updates, until all versions are written.
   */
  private static void race(Client node, String note, String racer, Map<Long, String> acknowledged) {
    long version = 0;
    while (version < RACES) {
      String title = racer + " " + version;
      Answer answer =
          node.ifMatch(version)
              .put("/notes/" + note, Json.object("title", title, "content", "", "tags", List.of()));
      if (answer.status() == 200) {
        version = answer.json().get("version").asLong();
        assertThat(acknowledged.put(version, title)).isNull();
      } else if (answer.status() != 409) {
        version = answer.isProblem(412, "stale-version").json().get("currentVersion").asLong();
      }
    }
  }

  @Test
  @Tag("long")
  void toleratesAClockSkewOfHalfTheClaimTimeout() throws Exception {
    Service commands = split.commandSides().get(1);
    Service queries =
        split.services().stream()
            .filter(it -> it.url().equals(split.querySides().get(1).baseUrl()))
            .findFirst()
            .orElseThrow();
    try (Load load = new Load(split.urls(), 20, 40)) {
      commands.restartAhead(Duration.ofSeconds(5));
      queries.restartAhead(Duration.ofSeconds(5));
      load.isWellWithin(RECOVERY);
      load.failures();
      load.goOn(Duration.ofSeconds(20));
      assertThat(load.failures()).isEmpty();
      load.nothingIsLost();
    } finally {
      commands.restartAhead(Duration.ZERO);
      queries.restartAhead(Duration.ZERO);
    }
  }
}
