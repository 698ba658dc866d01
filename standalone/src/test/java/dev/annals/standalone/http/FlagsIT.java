package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Feature flags. Tests of each feature cover the effects. */
@ExtendWith(Deployment.class)
class FlagsIT {

  private static final String SORTING = "/admin/flags/sorting";
  private static final String HEADER = "Consistency-Token";
  private static final String OFF = "{\"enabled\": false}";

  private final Client admin;
  private final Client user;

  FlagsIT(Annals annals) {
    admin = annals.admin();
    user = annals.newUser();
  }

  @AfterEach
  void on() {
    JsonNode now = admin.get(SORTING).json();
    Answer on = admin.with("If-Match", "*").put(SORTING, "{\"enabled\": true}").expect(200);
    if (!on.json().equals(now)) {
      // Waits, since the next test sorts on any instance.
      inForce(on, true);
    }
  }

  @Test
  void countsEachSwitchAsAVersion() {
    long version = admin.get(SORTING).json().get("version").asLong();
    String ours = UUID.randomUUID().toString();
    String setting = Json.object("enabled", true, "percentage", 0, "users", List.of(ours));

    Answer set = admin.ifMatch(version).put(SORTING, setting).expect(200);
    set.hasVersion(version + 1);
    assertThat(set.json().get("percentage").asInt()).isZero();
    assertThat(Json.texts(set.json().get("users"))).containsExactly(ours);
    assertThat(admin.get(SORTING).json()).isEqualTo(set.json());

    admin.ifMatch(version + 1).put(SORTING, setting).expect(200).hasVersion(version + 1);
    Answer stale = admin.ifMatch(version).put(SORTING, OFF).isProblem(412, "stale-version");
    assertThat(stale.json().get("currentVersion").asLong()).isEqualTo(version + 1);
    // Omitted properties have their defaults.
    Answer off = admin.ifMatch(version + 1).put(SORTING, OFF).expect(200).hasVersion(version + 2);
    assertThat(off.json().get("percentage").asInt()).isEqualTo(100);
    assertThat(off.json().get("users")).isEmpty();
  }

  @Test
  void appliesASwitchAtOnceWithItsConsistencyToken() {
    for (int i = 0; i < 10; i++) {
      boolean on = i % 2 == 1;
      Answer set = admin.with("If-Match", "*").put(SORTING, Json.object("enabled", on)).expect(200);
      Client seeing = user.with(HEADER, set.header(HEADER).orElseThrow());
      assertThat(seeing.get("/flags").json().get("sorting").asBoolean()).isEqualTo(on);
    }
  }

  @Test
  void refusesSortWhileSortingIsOff() {
    user.get("/notes?sort=title,asc").expect(200);

    inForce(admin.with("If-Match", "*").put(SORTING, OFF).expect(200), false);

    user.get("/notes?sort=title,asc").isProblem(400, "feature-disabled");
    user.get("/tasks?sort=title,asc").isProblem(400, "feature-disabled");
    admin.get("/admin/users?sort=email,asc").isProblem(400, "feature-disabled");
    user.get("/notes").expect(200);
    user.get("/tasks").expect(200);
  }

  @Test
  void enablesAFlagForNamedUsers() {
    String id = user.get("/users/me").expect(200).id();
    String setting = Json.object("enabled", false, "users", List.of(id));

    Answer set = admin.with("If-Match", "*").put(SORTING, setting).expect(200);

    String token = set.header(HEADER).orElseThrow();
    assertThat(user.with(HEADER, token).get("/flags").json().get("sorting").asBoolean()).isTrue();
    assertThat(admin.with(HEADER, token).get("/flags").json().get("sorting").asBoolean()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | /enabled",
        "{\"enabled\": 1} | /enabled",
        "{\"enabled\": true, \"percentage\": 101} | /percentage",
        "{\"enabled\": true, \"percentage\": -1} | /percentage",
        "{\"enabled\": true, \"percentage\": 0.5} | /percentage",
        "{\"enabled\": true, \"users\": [\"anna\"]} | /users/0",
        "{\"enabled\": true, \"on\": true} | /on",
      })
  void refusesAnInvalidSetting(String setting, String pointer) {
    admin.with("If-Match", "*").put(SORTING, setting).isInvalidAt(pointer);
  }

  @Test
  void refusesADuplicateUser() {
    String id = UUID.randomUUID().toString();
    String setting = Json.object("enabled", true, "users", List.of(id, id));
    admin.with("If-Match", "*").put(SORTING, setting).isInvalidAt("/users/1");
  }

  @Test
  void reportsTheFirstError() {
    admin.with("If-Match", "x").put("/admin/flags/none", "{}").isInvalidAt("/enabled");
    admin.with("If-Match", "x").put("/admin/flags/none", OFF).isProblem(400, "bad-request");
    admin.put("/admin/flags/none", OFF).isProblem(404, "not-found");
    admin.put(SORTING, OFF).isProblem(428, "precondition-required");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "SORTING", "daily_summary", ""})
  void answers404ForAnUnknownFlag(String key) {
    admin.get("/admin/flags/" + key).isProblem(404, "not-found");
  }

  /** Waits until all instances show a setting to reads without a Consistency-Token. */
  private void inForce(Answer set, boolean expected) {
    assertThat(set.json().get("enabled").asBoolean()).isEqualTo(expected);
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(40))
        // Twice the number of instances, which get requests in turn.
        .atMost(Duration.ofSeconds(2))
        .untilAsserted(
            () -> {
              for (int i = 0; i < 4; i++) {
                int status = user.get("/notes?sort=title,asc").status();
                int users = admin.get("/admin/users?sort=email,asc").status();
                assertThat(List.of(status, users)).containsOnly(expected ? 200 : 400);
              }
            });
  }
}
