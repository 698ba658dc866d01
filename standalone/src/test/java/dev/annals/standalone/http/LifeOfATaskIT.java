package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Deployment.class)
class LifeOfATaskIT {

  private static final String FULL =
      """
      {"title": "Dig", "description": "Two spits deep", "priority": "HIGH",
       "dueAt": "2031-05-01T10:00:00Z", "tags": ["garden"]}""";

  private final Client user;

  LifeOfATaskIT(Annals annals) {
    user = annals.newUser();
  }

  @Test
  void isCreatedOpenWithTheSentValues() {
    Answer created = user.post("/tasks", FULL).expect(201).hasVersion(0);
    assertThat(created.header("Location")).hasValue("/tasks/" + created.id());
    JsonNode task = created.json();
    assertThat(task.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "title",
            "description",
            "status",
            "priority",
            "dueAt",
            "overdue",
            "estimate",
            "tags",
            "attachments",
            "version",
            "createdAt",
            "updatedAt",
            "completedAt");
    assertThat(task.get("title").asString()).isEqualTo("Dig");
    assertThat(task.get("description").asString()).isEqualTo("Two spits deep");
    assertThat(task.get("status").asString()).isEqualTo("OPEN");
    assertThat(task.get("priority").asString()).isEqualTo("HIGH");
    assertThat(task.get("dueAt").asString()).isEqualTo("2031-05-01T10:00:00Z");
    assertThat(task.get("overdue").asBoolean()).isFalse();
    assertThat(Json.texts(task.get("tags"))).containsExactly("garden");
    assertThat(task.get("attachments").isArray()).isTrue();
    assertThat(task.get("attachments")).isEmpty();
    assertThat(task.get("completedAt").isNull()).isTrue();
    assertThat(task.get("updatedAt")).isEqualTo(task.get("createdAt"));
  }

  @Test
  void requiresOnlyATitle() {
    JsonNode task = user.post("/tasks", "{\"title\": \"Dig\"}").expect(201).json();
    assertThat(task.get("description").asString()).isEmpty();
    assertThat(task.get("priority").asString()).isEqualTo("NORMAL");
    assertThat(task.get("dueAt").isNull()).isTrue();
    assertThat(task.get("estimate").isNull()).isTrue();
    assertThat(task.get("tags")).isEmpty();
    user.post("/tasks", "{}").isInvalidAt("/title");
  }

  @Test
  void anUpdateSetsKeepsOrRemovesTheEstimate() {
    Answer created = user.post("/tasks", Json.with(FULL, "estimate", 100_000)).expect(201);
    String path = "/tasks/" + created.id();
    assertThat(created.json().get("estimate").asInt()).isEqualTo(100_000);

    user.ifMatch(0).put(path, FULL).expect(200).hasVersion(0);
    Answer set = user.ifMatch(0).put(path, Json.with(FULL, "estimate", 1)).expect(200);
    assertThat(set.json().get("estimate").asInt()).isEqualTo(1);
    Answer kept = user.ifMatch(1).put(path, Json.with(FULL, "title", "Rake")).expect(200);
    assertThat(kept.json().get("estimate").asInt()).isEqualTo(1);
    Answer removed = user.ifMatch(2).put(path, Json.with(FULL, "estimate", null)).expect(200);
    assertThat(removed.json().get("estimate").isNull()).isTrue();
    Answer reverted = user.ifMatch(3).post(path + "/revert", "{\"version\": 0}").expect(200);
    assertThat(reverted.json().get("estimate").asInt()).isEqualTo(100_000);
    Annals.eventually(
        () ->
            assertThat(user.get(path).hasVersion(4).json().get("estimate").asInt())
                .isEqualTo(100_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "100001", "-1", "1.5", "\"1\"", "true", "[1]"})
  void refusesAnEstimateThatIsNoNumberOfMinutesFrom1To100000(String estimate) {
    String body = FULL.replace("}", ", \"estimate\": " + estimate + "}");

    user.post("/tasks", body).isInvalidAt("/estimate");
    String path = "/tasks/" + user.post("/tasks", FULL).expect(201).id();
    user.ifMatch(0).put(path, body).isInvalidAt("/estimate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOW", "NORMAL", "HIGH", "URGENT"})
  void hasOneOfFourPriorities(String priority) {
    Answer created = user.post("/tasks", Json.with(FULL, "priority", priority)).expect(201);
    assertThat(created.text("/priority")).isEqualTo(priority);
  }

  @Test
  void isReadAsWritten() {
    Answer created = user.post("/tasks", FULL).expect(201);
    String path = "/tasks/" + created.id();
    Annals.eventually(
        () ->
            assertThat(user.get(path).expect(200).hasVersion(0).json()).isEqualTo(created.json()));
    Answer updated = user.ifMatch(0).put(path, Kind.TASK.update).expect(200).hasVersion(1);
    assertThat(updated.json().get("dueAt").isNull()).isTrue();
    assertThat(updated.text("/description")).isEqualTo("Three spits");
    assertThat(updated.text("/priority")).isEqualTo("LOW");
    Annals.eventually(
        () -> assertThat(user.get(path).hasVersion(1).json()).isEqualTo(updated.json()));
    Answer done = user.ifMatch(1).post(path + "/complete").expect(200).hasVersion(2);
    Annals.eventually(() -> assertThat(user.get(path).hasVersion(2).json()).isEqualTo(done.json()));
  }

  @Test
  void keepsItsVersionIfAnUpdateChangesNothing() {
    Answer created = user.post("/tasks", FULL).expect(201);
    String path = "/tasks/" + created.id();
    Answer same = user.ifMatch(0).put(path, FULL).expect(200).hasVersion(0);
    assertThat(same.json()).isEqualTo(created.json());
    // The same instant in another form.
    user.ifMatch(0)
        .put(path, Json.with(FULL, "dueAt", "2031-05-01T12:00:00.000+02:00"))
        .expect(200)
        .hasVersion(0);
    user.ifMatch(0).post(path + "/start").expect(200).hasVersion(1);
    user.ifMatch(1).put(path, FULL).expect(200).hasVersion(1);
  }

  /** After a refused command the task is loaded from the event store again. */
  @Test
  void worksAfterMoreEventsThanASnapshotInterval() {
    String path = Kind.TASK.createdBy(user);
    for (int version = 0; version < 21; version++) {
      user.ifMatch(version)
          .put(path, Json.with(FULL, "title", "Dig " + version))
          .expect(200)
          .hasVersion(version + 1);
    }
    user.ifMatch(0).post(path + "/start").expect(412);
    Answer started = user.ifMatch(21).post(path + "/start").expect(200).hasVersion(22);
    assertThat(started.text("/title")).isEqualTo("Dig 20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"title", "description", "priority", "dueAt", "tags"})
  void requiresEachPropertyInAnUpdate(String property) {
    String path = Kind.TASK.createdBy(user);
    user.ifMatch(0).put(path, Json.without(FULL, property)).isInvalidAt("/" + property);
    Answer withNull = user.ifMatch(0).put(path, Json.with(FULL, property, null));
    if (property.equals("dueAt")) {
      withNull.expect(200).hasVersion(1);
    } else {
      withNull.isInvalidAt("/" + property);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "overdue", "completedAt", "attachments"})
  void refusesOtherProperties(String property) {
    user.post("/tasks", Json.with(FULL, property, null)).isInvalidAt("/" + property);
  }

  @Test
  void isAnsweredWith304ForItsCurrentTag() {
    String path = Kind.TASK.createdBy(user);
    Annals.eventually(() -> user.get(path).expect(200).hasVersion(0));
    Answer unchanged = user.with("If-None-Match", "\"0\"").get(path).expect(304);
    assertThat(unchanged.header("ETag")).hasValue("\"0\"");
    user.with("If-None-Match", "\"1\"").get(path).expect(200).hasVersion(0);
  }

  @Test
  void keepsItsStatusThroughUpdatesAndTheTrash() {
    String path = Kind.TASK.createdBy(user);
    user.ifMatch(0).post(path + "/complete").expect(200);
    Answer updated = user.ifMatch(1).put(path, Kind.TASK.update).expect(200).hasVersion(2);
    assertThat(updated.text("/status")).isEqualTo("DONE");
    assertThat(updated.json().get("completedAt").isNull()).isFalse();
    user.ifMatch(2).delete(path).expect(204);
    Answer restored = user.ifMatch(3).post(path + "/restore").expect(200).hasVersion(4);
    assertThat(restored.text("/status")).isEqualTo("DONE");
    assertThat(restored.json().get("completedAt")).isEqualTo(updated.json().get("completedAt"));
  }
}
