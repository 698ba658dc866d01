package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Deployment.class)
class TrashIT {

  private final Client user;

  TrashIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void hidesDeletedElements(Kind kind) {
    String path = deleted(kind);
    Annals.eventually(
        () ->
            assertThat(user.get(kind.path + "?deleted=true").expect(200).json().get("content"))
                .hasSize(1));
    user.get(path).isProblem(404, "not-found");
    user.with("If-None-Match", "\"1\"").get(path).isProblem(404, "not-found");
    Annals.eventually(
        () -> assertThat(user.get(kind.path).expect(200).json().get("content")).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void answers404ToAllChangesExceptRestore(Change change) {
    String path = deleted(change.kind);
    if (change.isRestoration()) {
      change.apply(user.ifMatch(1), path).expect(200).hasVersion(2);
    } else {
      change.apply(user.ifMatch(1), path).isProblem(404, "not-found");
      change.apply(user.ifMatch(0), path).isProblem(404, "not-found");
      change.apply(user.with("If-Match", "*"), path).isProblem(404, "not-found");
      change.apply(user, path).isProblem(404, "not-found");
      user.ifMatch(1).post(path + "/restore").expect(200).hasVersion(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void listsDeletedElementsWithTheirDeletionTime(Kind kind) {
    String living = kind.createdBy(user);
    String path = deleted(kind);
    Annals.eventually(
        () -> {
          JsonNode trash = user.get(kind.path + "?deleted=true").expect(200).json();
          assertThat(trash.get("content")).hasSize(1);
          JsonNode item = trash.get("content").get(0);
          assertThat(kind.path + "/" + item.get("id").asString()).isEqualTo(path);
          assertThat(item.get("version").asLong()).isEqualTo(1);
          assertThat(Instant.parse(item.get("deletedAt").asString()))
              .isAfterOrEqualTo(Instant.parse(item.get("createdAt").asString()));
        });
    for (String query : new String[] {"", "?deleted=false"}) {
      Annals.eventually(
          () -> {
            JsonNode list = user.get(kind.path + query).expect(200).json().get("content");
            assertThat(list).hasSize(1);
            assertThat(kind.path + "/" + list.get(0).get("id").asString()).isEqualTo(living);
            assertThat(list.get(0).has("deletedAt")).isFalse();
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void restoresAnElementUnchanged(Kind kind) {
    Answer created = user.post(kind.path, kind.creation).expect(201);
    String path = kind.path + "/" + created.id();
    user.ifMatch(0).delete(path).expect(204);
    Answer restored = user.ifMatch(1).post(path + "/restore").expect(200).hasVersion(2);
    assertThat(restored.json().has("deletedAt")).isFalse();
    for (String property : Json.parse(kind.creation).propertyNames()) {
      assertThat(restored.json().get(property)).isEqualTo(created.json().get(property));
    }
    assertThat(restored.json().get("createdAt")).isEqualTo(created.json().get("createdAt"));
    Annals.eventually(
        () ->
            assertThat(user.get(path).expect(200).hasVersion(2).json()).isEqualTo(restored.json()));
    Annals.eventually(
        () -> assertThat(user.get(kind.path + "?deleted=true").json().get("content")).isEmpty());
    user.ifMatch(2).post(path + "/restore").isProblem(409, "not-deleted");
  }

  private String deleted(Kind kind) {
    String path = kind.createdBy(user);
    Answer deleted = user.ifMatch(0).delete(path).expect(204);
    assertThat(deleted.text()).isEmpty();
    return path;
  }
}
