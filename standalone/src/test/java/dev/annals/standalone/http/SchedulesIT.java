package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.Postbox;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Schedules and the daily summary. */
@ExtendWith(Deployment.class)
class SchedulesIT {

  private static final String PAST = "2020-01-01T00:00:00Z";

  private final Annals annals;
  private final Client admin;
  private final String email = Annals.newEmail();

  SchedulesIT(Annals annals) {
    this.annals = annals;
    admin = annals.admin();
  }

  @Test
  void areListedWithTheirNextRun() {
    List<JsonNode> schedules =
        StreamSupport.stream(admin.get("/admin/schedules").expect(200).json().spliterator(), false)
            .toList();

    assertThat(schedules)
        .allSatisfy(
            schedule ->
                assertThat(schedule.propertyNames())
                    .containsExactlyInAnyOrder("name", "nextRun", "lastRun", "lastOutcome"))
        .extracting(schedule -> schedule.get("name").asString())
        .contains("overdue-sweep", "daily-summary");
    assertThat(Instant.parse(schedule("overdue-sweep").get("nextRun").asString()))
        .isAfter(Instant.now());
  }

  @Test
  void answers404ForAnUnknownSchedule() {
    admin.post("/admin/schedules/nothing/run").isProblem(404, "not-found");
  }

  @Test
  void reportsTheOutcomeOfAManualRun() {
    run("overdue-sweep");

    assertThat(schedule("overdue-sweep").get("lastOutcome").asString()).isEqualTo("SUCCEEDED");
  }

  @Test
  void sendsOneSummaryPerSubscriberOnAManualRun() {
    String other = Annals.newEmail();
    Client wants = user(email, true);
    wants.post("/tasks", Json.object("title", "Dig", "dueAt", PAST)).expect(201);
    Client doesNot = user(other, false);
    doesNot.post("/tasks", Json.object("title", "Sow", "dueAt", PAST)).expect(201);
    String unverified = Annals.newEmail();
    Client wantsTooSoon = register(unverified, true);
    wantsTooSoon.post("/tasks", Json.object("title", "Reap", "dueAt", PAST)).expect(201);

    run("daily-summary");
    Annals.eventually(() -> assertThat(summaries(email)).hasSize(1));
    run("daily-summary");

    assertThat(summaries(email)).hasSize(1);
    assertThat(summaries(email).get(0).text()).startsWith("Hello Ada,").contains("- Dig (");
    assertThat(summaries(email).get(0).html()).contains("Dig");
    assertThat(summaries(other)).isEmpty();
    assertThat(summaries(unverified)).isEmpty();
    annals.verify(unverified);
    run("daily-summary");
    Annals.eventually(() -> assertThat(summaries(unverified)).hasSize(1));
  }

  @Test
  void sendsNoSummaryWhileTheFlagIsOff() {
    Client user = user(email, true);
    user.post("/tasks", Json.object("title", "Dig", "dueAt", PAST)).expect(201);
    flag(false);
    try {
      Annals.eventually(
          () ->
              assertThat(user.get("/flags").expect(200).json().get("daily-summary").asBoolean())
                  .isFalse());
      run("daily-summary");
      run("daily-summary");
      assertThat(summaries(email)).isEmpty();
    } finally {
      flag(true);
    }

    Annals.eventually(
        () -> {
          run("daily-summary");
          assertThat(summaries(email)).hasSize(1);
        });
  }

  @Test
  void listsTheSagaOfATaskWithItsDeadline() {
    String task =
        user(email, false)
            .post("/tasks", Json.object("title", "Dig", "dueAt", "2099-01-01T00:00:00Z"))
            .expect(201)
            .id();

    Annals.eventually(
        () -> {
          int saga = 0;
          JsonNode page;
          do {
            page =
                admin
                    .get("/admin/sagas?type=OverdueSaga&size=100&page=" + saga++)
                    .expect(200)
                    .json();
          } while (!page.toString().contains(task) && saga < page.at("/page/totalPages").asInt());
          JsonNode found =
              StreamSupport.stream(page.get("content").spliterator(), false)
                  .filter(it -> it.toString().contains(task))
                  .findFirst()
                  .orElseThrow(() -> new AssertionError("no saga"));
          assertThat(found.get("type").asString()).isEqualTo("OverdueSaga");
          assertThat(found.at("/associations/0/key").asString()).isEqualTo("taskId");
          assertThat(found.at("/associations/0/value").asString()).isEqualTo(task);
          assertThat(found.get("nextDeadline").asString()).isEqualTo("2099-01-01T00:00:00Z");
        });
    admin.get("/admin/sagas?size=0").isInvalidAt("?size");
  }

  private void flag(boolean enabled) {
    admin
        .with("If-Match", "*")
        .put("/admin/flags/daily-summary", Json.object("enabled", enabled))
        .expect(200);
  }

  private static List<Postbox.Mail> summaries(String address) {
    return Postbox.get().to(address, "Your tasks for");
  }

  /** Returns a user with a verified address whose summary is due in half a day. */
  private Client user(String address, boolean dailySummary) {
    Client user = register(address, dailySummary);
    annals.verify(address);
    return user;
  }

  private Client register(String address, boolean dailySummary) {
    annals
        .anybody()
        .post("/auth/register", Annals.registration(address, Annals.PASSWORD, "Ada"))
        .expect(201);
    Client user = annals.signedIn(address, Annals.PASSWORD);
    int hour = Instant.now().atOffset(ZoneOffset.UTC).plusHours(12).getHour();
    user.ifMatch(0)
        .put(
            "/users/me",
            Json.object("displayName", "Ada", "dailySummary", dailySummary, "summaryHour", hour))
        .expect(200);
    return user;
  }

  /** Runs a schedule and waits for its end. */
  private void run(String name) {
    String before = schedule(name).get("lastRun").asString("");
    admin.post("/admin/schedules/" + name + "/run").expect(202);
    Annals.eventually(
        () -> assertThat(schedule(name).get("lastRun").asString("")).isNotEqualTo(before));
  }

  private JsonNode schedule(String name) {
    for (JsonNode schedule : admin.get("/admin/schedules").expect(200).json()) {
      if (schedule.get("name").asString().equals(name)) {
        return schedule;
      }
    }
    throw new AssertionError("no schedule " + name);
  }
}
