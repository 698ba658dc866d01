package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Tasks that become overdue. */
@ExtendWith(Deployment.class)
class OverdueIT {

  private static final String PAST = "2020-01-01T00:00:00Z";
  private static final String EARLIER = "2019-01-01T00:00:00Z";
  private static final String FUTURE = "2099-01-01T00:00:00Z";

  private final Client user;

  OverdueIT(Annals annals) {
    user = annals.newUser();
  }

  @Test
  void marksADueTaskAndPushesTheMark() {
    try (StompClient client = StompClient.of(user).subscribed()) {
      String task = create(Instant.now().plusSeconds(2).toString());
      assertThat(Json.parse(client.message()).get("type").asString()).isEqualTo("TaskCreated");

      JsonNode mark = Json.parse(client.message());

      assertThat(mark.get("type").asString()).isEqualTo("TaskMarkedOverdue");
      assertThat(mark.at("/resource/id").asString()).isEqualTo(task);
      assertThat(mark.at("/resource/version").asInt()).isEqualTo(1);
      assertThat(mark.at("/resource/title").asString()).isEqualTo("Dig");
      isListed(true);
    }
  }

  @Test
  void clearsTheMarkOnCompletionAndSetsItOnReopening() {
    String task = marked();
    Answer done = user.ifMatch(1).post("/tasks/" + task + "/complete").expect(200);
    assertThat(done.json().get("overdue").asBoolean()).isFalse();
    isListed(false);

    user.ifMatch(2).post("/tasks/" + task + "/reopen").expect(200);

    isListed(true);
    user.get("/tasks/" + task).expect(200).hasVersion(4);
  }

  @Test
  void clearsTheMarkForAFutureDueTimeAndKeepsItForAPastOne() {
    String task = marked();
    Answer kept = user.ifMatch(1).put("/tasks/" + task, due(EARLIER)).expect(200).hasVersion(2);
    assertThat(kept.json().get("overdue").asBoolean()).isTrue();

    Answer moved = user.ifMatch(2).put("/tasks/" + task, due(FUTURE)).expect(200).hasVersion(3);

    assertThat(moved.json().get("overdue").asBoolean()).isFalse();
    isListed(false);
  }

  private String marked() {
    String task = create(PAST);
    isListed(true);
    return task;
  }

  private String create(String dueAt) {
    return user.post("/tasks", Json.object("title", "Dig", "dueAt", dueAt)).expect(201).id();
  }

  private static String due(String dueAt) {
    return Json.object(
        "title", "Dig", "description", "", "priority", "NORMAL", "dueAt", dueAt, "tags", List.of());
  }

  private void isListed(boolean overdue) {
    Annals.eventually(
        () -> {
          assertThat(user.get("/tasks?overdue=true").expect(200).json().get("content"))
              .hasSize(overdue ? 1 : 0);
          assertThat(user.get("/tasks?overdue=false").expect(200).json().get("content"))
              .hasSize(overdue ? 0 : 1);
        });
  }
}
