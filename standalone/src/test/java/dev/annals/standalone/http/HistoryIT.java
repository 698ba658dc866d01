package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** History, past versions and reverts. */
@ExtendWith(Deployment.class)
class HistoryIT {

  private final Annals annals;
  private final Client user;

  HistoryIT(Annals annals) {
    this.annals = annals;
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void listsChangesWithTheirUsersAlsoInTheTrash(Kind kind) {
    String path = kind.createdBy(user);
    user.ifMatch(0).put(path, Json.with(kind.creation, "title", "New")).expect(200);
    user.ifMatch(1).delete(path).expect(204);

    JsonNode page = user.get(path + "/history").expect(200).json();

    assertThat(page.get("page"))
        .isEqualTo(Json.parse("{\"size\":20,\"number\":0,\"totalElements\":3,\"totalPages\":1}"));
    String name = kind == Kind.NOTE ? "Note" : "Task";
    assertThat(Json.texts(page.get("content"), "type"))
        .containsExactly(name + "Deleted", name + "Updated", name + "Created");
    JsonNode update = page.at("/content/1");
    assertThat(update.propertyNames())
        .containsExactlyInAnyOrder("version", "type", "occurredAt", "actor", "changes");
    assertThat(update.get("version").asLong()).isEqualTo(1);
    assertThat(update.get("actor").asString()).isEqualTo(user.get("/users/me").id());
    assertThat(update.get("changes"))
        .isEqualTo(
            Json.parse(
                "[{\"field\":\"title\",\"from\":"
                    + Json.parse(kind.creation).get("title")
                    + ",\"to\":\"New\"}]"));
    assertThat(page.at("/content/0/changes/0/field").asString()).isEqualTo("deletedAt");
    assertThat(page.at("/content/2/changes/0/from").isNull()).isTrue();
    Answer second = user.get(path + "/history?size=1&page=1").expect(200);
    assertThat(Json.texts(second.json().get("content"), "type")).containsExactly(name + "Updated");
    assertThat(second.header("Link").orElseThrow()).contains("rel=\"next\"", "rel=\"prev\"");
    user.get(path + "/history?size=0").isInvalidAt("?size");
    annals.newUser().get(path + "/history").isProblem(404, "not-found");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void showsAVersion(Kind kind) {
    Answer created = user.post(kind.path, kind.creation).expect(201);
    String path = kind.path + "/" + created.id();
    Answer updated = user.ifMatch(0).put(path, kind.update).expect(200);
    user.ifMatch(1).delete(path).expect(204);

    Answer first = user.get(path + "?version=0").expect(200).hasVersion(0);
    assertThat(first.json()).isEqualTo(created.json());
    assertThat(first.header("Cache-Control").orElseThrow()).contains("immutable", "private");
    assertThat(user.get(path + "?version=1").expect(200).hasVersion(1).json())
        .isEqualTo(updated.json());
    Answer deleted = user.get(path + "?version=2").expect(200).hasVersion(2);
    assertThat(deleted.json().has("deletedAt")).isTrue();
    user.with("If-None-Match", "\"1\"").get(path + "?version=1").expect(304);
    user.get(path + "?version=3").isProblem(404, "not-found");
    annals.newUser().get(path + "?version=0").isProblem(404, "not-found");
    for (String bad : new String[] {"x", "-1", "", "1.0", "99999999999999999999"}) {
      user.get(path + "?version=" + bad).isInvalidAt("?version");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void showsTheStateAtAnInstant(Kind kind) {
    Answer created = user.post(kind.path, kind.creation).expect(201);
    String path = kind.path + "/" + created.id();
    Instant creation = Instant.parse(created.text("/createdAt"));
    // Otherwise both may share a millisecond.
    Awaitility.await().until(() -> Instant.now().isAfter(creation.plusMillis(1)));
    Answer updated = user.ifMatch(0).put(path, kind.update).expect(200);
    Instant update = Instant.parse(updated.text("/updatedAt"));

    Answer then = user.get(path + "?asOf=" + creation).expect(200).hasVersion(0);
    assertThat(then.json()).isEqualTo(created.json());
    assertThat(then.header("Cache-Control").orElse("")).doesNotContain("immutable");
    user.get(path + "?asOf=" + update.minusMillis(1)).expect(200).hasVersion(0);
    assertThat(user.get(path + "?asOf=" + update).expect(200).hasVersion(1).json())
        .isEqualTo(updated.json());
    user.get(path + "?asOf=2126-01-01T00:00:00Z").expect(200).hasVersion(1);
    user.get(path + "?asOf=" + creation.minusMillis(1)).isProblem(404, "not-found");
    user.get(path + "?asOf=yesterday").isInvalidAt("?asOf");
    user.get(path + "?asOf=" + update + "&version=1").isInvalidAt("?asOf");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void revertsToAVersion(Kind kind) {
    Answer created = user.post(kind.path, kind.creation).expect(201);
    String path = kind.path + "/" + created.id();
    user.ifMatch(0).put(path, kind.update).expect(200);

    Answer reverted =
        user.ifMatch(1).post(path + "/revert", "{\"version\": 0}").expect(200).hasVersion(2);

    for (String property : Json.parse(kind.creation).propertyNames()) {
      assertThat(reverted.json().get(property)).isEqualTo(created.json().get(property));
    }
    String token = reverted.header("Consistency-Token").orElseThrow();
    assertThat(user.with("Consistency-Token", token).get(path).expect(200).hasVersion(2).json())
        .isEqualTo(reverted.json());
    assertThat(user.get(path + "/history").text("/content/0/type"))
        .isEqualTo(kind == Kind.NOTE ? "NoteReverted" : "TaskReverted");
    user.ifMatch(2).post(path + "/revert", "{\"version\": 2}").expect(200).hasVersion(2);
    user.ifMatch(2).post(path + "/revert", "{\"version\": 0}").expect(200).hasVersion(2);
    user.ifMatch(2).post(path + "/revert", "{\"version\": 3}").isInvalidAt("/version");
    for (String bad : new String[] {"-1", "\"0\"", "null", "0.5"}) {
      user.ifMatch(2).post(path + "/revert", "{\"version\": " + bad + "}").isInvalidAt("/version");
    }
    user.ifMatch(2).post(path + "/revert", "{}").isInvalidAt("/version");
  }
}
