package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.SplitDeployment;
import dev.annals.standalone.SplitDeployment.Service;
import dev.annals.standalone.SplitDeployment.Shape;
import dev.annals.standalone.SplitDeployment.Store;
import dev.annals.standalone.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Restarts, kills and store outages of all kinds of processes under a steady load. */
@Tag("long")
@Timeout(600)
class SplitUnderLoadIT {

  private static final int USERS = 20;
  private static final int CHANGES_PER_SECOND = 40;
  private static final Duration BETWEEN = Duration.ofSeconds(5);
  private static final Duration OUTAGE = Duration.ofSeconds(30);
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  private static SplitDeployment split;

  @BeforeAll
  static void start() {
    Map<String, String> variables = new HashMap<>(Annals.ADMIN);
    variables.put("ANNALS_DRAIN", "3s");
    split = SplitDeployment.start(new Shape(2, 2, true, true, false), false, variables);
  }

  @AfterAll
  static void stop() throws Exception {
    if (split != null) {
      split.close();
    }
  }

  @Test
  void failsNoRequestDuringARollingRestart() throws Exception {
    try (Load load = load()) {
      load.becomesWell();
      for (Service service : split.services()) {
        service.restart();
        load.goOn(BETWEEN);
        assertThat(load.failures()).as("while %s was replaced", service).isEmpty();
      }
      load.nothingIsLost();
      print("each was replaced", load);
    }
  }

  @Test
  void failsNoRequestWhileTheNumberOfSegmentsChanges() throws Exception {
    try (Load load = load()) {
      load.becomesWell();
      for (String number : List.of("8", "4")) {
        for (Service service : split.services()) {
          if (service.isQuerySide()) {
            service.with("ANNALS_READ_MODEL_SEGMENTS", number).restart();
          }
        }
        Annals.eventually(
            () -> assertThat(processor("notes").get("segments").asString()).isEqualTo(number));
        load.goOn(BETWEEN);
      }
      List<Load.Failure> failures = load.failures();
      print("the number of segments changed", load, failures);
      assertThat(failures).isEmpty();
      load.nothingIsLost();
    }
  }

  private static JsonNode processor(String name) {
    return new Annals(split.url(), Optional.empty())
        .admin()
        .get("/admin/processors")
        .expect(200)
        .json()
        .valueStream()
        .filter(it -> it.get("name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void failsOnlyRequestsInFlightWhenAProcessIsKilled() throws Exception {
    try (Load load = load()) {
      load.becomesWell();
      for (Service service : split.services()) {
        assertThat(load.failures()).as("before %s was killed", service).isEmpty();
        service.kill();
        long killed = System.nanoTime();
        load.goOn(BETWEEN);
        service.start().awaitReady();
        load.isWellWithin(RECOVERY);

        List<Load.Failure> failures = load.failures();
        print(service + " was killed", load, failures);
        assertThat(failures)
            .allMatch(
                failure ->
                    // Another process takes over its segments after its claims have expired.
                    failure.isToldWhen("read-model-behind")
                        || failure.began() < killed + Duration.ofSeconds(1).toNanos());
        assertThat(failures)
            .allMatch(failure -> failure.status() == 0 || failure.retryAfter().isPresent());
      }
      load.nothingIsLost();
    }
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void recoversFromAStoreThatResetsConnections(Store store) throws Exception {
    try (Load load = load()) {
      new Outage(split, OUTAGE).of(List.of(store), TcpProxy::cut, load);
    }
  }

  @ParameterizedTest
  @EnumSource(Store.class)
  void recoversFromAStoreThatHangs(Store store) throws Exception {
    try (Load load = load()) {
      new Outage(split, OUTAGE).of(List.of(store), TcpProxy::hang, load);
    }
  }

  /** The gateway takes a component that both sides describe from one of them. */
  @Test
  void sharedOpenApiSchemasAreEqualOnBothSides() {
    JsonNode commands = document(split.commandSides().get(0).url());
    JsonNode queries = document(split.querySides().get(0).baseUrl());
    for (String kind : List.of("schemas", "responses", "parameters", "headers")) {
      for (Map.Entry<String, JsonNode> component :
          commands.at("/components/" + kind).properties()) {
        JsonNode other = queries.at("/components/" + kind).get(component.getKey());
        if (other != null) {
          assertThat(other).as(component.getKey()).isEqualTo(component.getValue());
        }
      }
    }
  }

  private static JsonNode document(URI side) {
    return new Client(side, Map.of()).get("/v3/api-docs").expect(200).json();
  }

  private static Load load() {
    return new Load(split.urls(), USERS, CHANGES_PER_SECOND);
  }

  private static void print(String what, Load load) {
    System.out.println(String.format(Locale.ROOT, "Measured: %s: %s", what, load));
  }

  private static void print(String what, Load load, List<Load.Failure> failures) {
    print(what, load);
    System.out.println(
        String.format(
            Locale.ROOT, "Measured: %d failures: %s", failures.size(), Load.summary(failures)));
  }
}
