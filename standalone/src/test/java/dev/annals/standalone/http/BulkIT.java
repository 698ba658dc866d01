package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Deployment.class)
class BulkIT {

  private final Client user;

  BulkIT(Annals annals) {
    user = annals.newUser();
  }

  @Test
  void createsATaskForEachItemInTheirOrder() {
    Answer answer =
        user.post(
            "/tasks/bulk",
            """
            {"tasks": [
              {"title": "b", "priority": "LOW", "dueAt": "2031-05-01T12:00:00+02:00"},
              {"title": "a", "description": "x", "tags": ["t", "s"]},
              {"title": "b", "dueAt": null}
            ]}""");
    JsonNode tasks = answer.expect(201).json().get("tasks");
    assertThat(answer.json().propertyNames()).containsExactly("tasks");
    assertThat(answer.header("ETag")).isEmpty();
    assertThat(Json.texts(tasks, "title")).containsExactly("b", "a", "b");
    assertThat(Json.texts(tasks, "priority")).containsExactly("LOW", "NORMAL", "NORMAL");
    assertThat(Json.texts(tasks, "version")).containsExactly("0", "0", "0");
    assertThat(tasks.get(0).get("dueAt").asString()).isEqualTo("2031-05-01T10:00:00Z");
    assertThat(Json.texts(tasks.get(1).get("tags"))).containsExactly("t", "s");
    assertThat(Json.texts(tasks, "id")).doesNotHaveDuplicates();
    for (JsonNode task : tasks) {
      Annals.eventually(
          () ->
              assertThat(user.get("/tasks/" + task.get("id").asString()).expect(200).json())
                  .isEqualTo(task));
    }
  }

  @Test
  void acceptsAHundredItems() {
    JsonNode tasks = user.post("/tasks/bulk", items(100)).expect(201).json().get("tasks");
    assertThat(Json.texts(tasks, "title"))
        .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "Task " + i).toList());
    Annals.eventually(
        () ->
            assertThat(user.get("/tasks?size=1").json().at("/page/totalElements").asInt())
                .isEqualTo(100));
  }

  @Test
  void refusesNoneAndMoreThanAHundred() {
    user.post("/tasks/bulk", "{\"tasks\": []}").isInvalidAt("/tasks");
    user.post("/tasks/bulk", items(101)).isInvalidAt("/tasks");
    user.post("/tasks/bulk", "{}").isInvalidAt("/tasks");
    user.post("/tasks/bulk", "{\"tasks\": null}").isInvalidAt("/tasks");
    user.post("/tasks/bulk", "{\"tasks\": {\"title\": \"a\"}}").isInvalidAt("/tasks");
    user.post("/tasks/bulk", "{\"tasks\": [null]}").isInvalidAt("/tasks/0");
    user.post("/tasks/bulk", "{\"tasks\": [\"a\"]}").isInvalidAt("/tasks/0");
    hasNothing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\u3000"})
  void createsNothingIfOneItemIsInvalid(String title) {
    String bad =
        """
        {"tasks": [{"title": "a"}, {"title": "b"}, {"title": "c"}, {"title": %s}, {"title": "e"}]}"""
            .formatted(Json.of(title));
    user.post("/tasks/bulk", bad).isInvalidAt("/tasks/3/title");
    hasNothing();
  }

  @Test
  void pointsAtEachInvalidValue() {
    user.post(
            "/tasks/bulk",
            """
            {"tasks": [{"title": ""}, {"title": "b", "dueAt": "soon"}, {"tags": ["t", "t"], "title": "c"},
                       {"title": "d", "status": "DONE"}, {}]}""")
        .isInvalidAt(
            "/tasks/0/title",
            "/tasks/1/dueAt",
            "/tasks/2/tags/1",
            "/tasks/3/status",
            "/tasks/4/title");
    hasNothing();
  }

  @Test
  void answers405ToReadsAndUpdatesOfItsPath() {
    user.get("/tasks/bulk").isProblem(405, "method-not-allowed");
    user.ifMatch(0).put("/tasks/bulk", Kind.TASK.update).isProblem(405, "method-not-allowed");
  }

  /** Waits for a later task, after which earlier ones would be visible, too. */
  private void hasNothing() {
    String later = Kind.TASK.createdBy(user);
    Annals.eventually(() -> user.get(later).expect(200));
    JsonNode all = user.get("/tasks").expect(200).json();
    assertThat(Json.texts(all.get("content"), "id")).containsExactly(later.substring(7));
  }

  private static String items(int count) {
    List<String> items =
        IntStream.range(0, count).mapToObj(i -> "{\"title\": \"Task " + i + "\"}").toList();
    return "{\"tasks\": [" + String.join(",", items) + "]}";
  }
}
