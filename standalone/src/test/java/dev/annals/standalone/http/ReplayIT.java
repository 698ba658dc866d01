package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Replays of read models in use. */
@ExtendWith(Deployment.class)
class ReplayIT {

  private static final String TOKEN = "Consistency-Token";

  private final Client admin;
  private final Client user;

  ReplayIT(Annals annals) {
    admin = annals.admin();
    user = annals.newUser();
  }

  @Test
  void keepsReadsStableAndRepeatsNoNotificationDuringAReplay() {
    Answer kept = user.post("/notes", Kind.NOTE.creation).expect(201);
    String replay = start("notes");
    admin.post("/admin/processors/notes/replay").isProblem(409, "replay-running");
    assertThat(admin.get(replay).expect(200).json().propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "processor",
            "state",
            "processed",
            "total",
            "eventsPerSecond",
            "etaSeconds",
            "startedAt",
            "finishedAt");

    int notes = 1;
    while (admin.get(replay).expect(200).text("/state").equals("RUNNING")) {
      Answer created = user.post("/notes", Kind.NOTE.creation).expect(201);
      notes++;
      Client reader = user.with(TOKEN, created.header(TOKEN).orElseThrow());
      reader.get("/notes/" + created.id()).expect(200).hasVersion(0);
      assertThat(reader.get("/notes?size=1").expect(200).json().at("/page/totalElements").asInt())
          .isEqualTo(notes);
      assertThat(user.get("/notes/" + kept.id()).expect(200).json()).isEqualTo(kept.json());
    }

    Answer done = admin.get(replay).expect(200);
    assertThat(done.text("/state")).isEqualTo("DONE");
    assertThat(done.text("/processor")).isEqualTo("notes");
    assertThat(done.json().get("processed").asLong())
        .isEqualTo(done.json().get("total").asLong())
        .isPositive();
    assertThat(done.json().get("eventsPerSecond").asDouble()).isPositive();
    assertThat(done.json().get("etaSeconds").asLong()).isZero();
    assertThat(Instant.parse(done.text("/finishedAt")))
        .isAfter(Instant.parse(done.text("/startedAt")));
    Answer last = user.ifMatch(0).delete("/notes/" + kept.id()).expect(204);
    user.with(TOKEN, last.header(TOKEN).orElseThrow()).get("/notes/" + kept.id()).expect(404);
    int told = notes + 1;
    Annals.eventually(() -> assertThat(user.unread()).isEqualTo(told));
  }

  @Test
  void endsAtOnceWhenCancelled() {
    Answer task = user.post("/tasks", Kind.TASK.creation).expect(201);
    String replay = start("tasks");

    Answer cancelled = admin.post(replay + "/cancel").expect(200);

    assertThat(cancelled.text("/state")).isEqualTo("CANCELLED");
    assertThat(admin.get(replay).expect(200).text("/state")).isEqualTo("CANCELLED");
    admin.post(replay + "/cancel").expect(200);
    user.with(TOKEN, task.header(TOKEN).orElseThrow()).get("/tasks/" + task.id()).expect(200);
    admin.post(start("tasks") + "/cancel").expect(200);
  }

  @Test
  void refusesProcessorsWithEffectsAndUnknownOnes() {
    for (String name : new String[] {"notifications", "password-reset", "overdue"}) {
      admin.post("/admin/processors/" + name + "/replay").isProblem(409, "not-replayable");
    }
    admin.post("/admin/processors/nothing/replay").isProblem(404, "not-found");
    String unknown = "/admin/replays/" + UUID.randomUUID();
    admin.get(unknown).isProblem(404, "not-found");
    admin.post(unknown + "/cancel").isProblem(404, "not-found");
    admin.get("/admin/replays/nothing").isProblem(404, "not-found");
  }

  /** Starts a replay after those of other tests have ended. */
  private String start(String processor) {
    AtomicReference<String> location = new AtomicReference<>();
    Annals.eventually(
        () ->
            location.set(
                admin
                    .post("/admin/processors/" + processor + "/replay")
                    .expect(202)
                    .header("Location")
                    .orElseThrow()));
    assertThat(location.get()).startsWith("/admin/replays/");
    return location.get();
  }
}
