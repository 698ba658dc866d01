package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Notes and tasks of other users are answered like unknown ones. */
@ExtendWith(Deployment.class)
class OwnershipIT {

  private final Client owner;
  private final Client stranger;

  OwnershipIT(Annals annals) {
    owner = annals.newUser();
    stranger = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void answers404ToOtherUsersReads(Kind kind) {
    String path = kind.createdBy(owner);
    Annals.eventually(() -> owner.get(path).expect(200));
    Answer others = stranger.get(path).isProblem(404, "not-found");
    String unknown = kind.path + "/00000000-0000-4000-8000-000000000000";
    Answer unknownAnswer = stranger.get(unknown).isProblem(404, "not-found");
    assertThat(others.text().replace(path, ""))
        .isEqualTo(unknownAnswer.text().replace(unknown, ""));
    stranger.with("If-None-Match", "\"0\"").get(path).isProblem(404, "not-found");
    stranger.with("If-None-Match", "*").get(path).isProblem(404, "not-found");
    for (String query : new String[] {"", "?q=plan", "?q=dig", "?tag=garden", "?deleted=true"}) {
      Answer list = stranger.get(kind.path + query).expect(200);
      assertThat(list.json().get("content")).isEmpty();
      assertThat(list.json().at("/page/totalElements").asInt()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void answers404ToOtherUsersChanges(Change change) {
    String path = change.preparedBy(owner);
    change.apply(stranger.ifMatch(1), path).isProblem(404, "not-found");
    change.apply(stranger.with("If-Match", "*"), path).isProblem(404, "not-found");
    Answer changed = change.apply(owner.ifMatch(1), path);
    assertThat(changed.status()).as(changed.toString()).isBetween(200, 204);
  }

  /** An id is unknown in the other collection, even to its owner. */
  @ParameterizedTest
  @EnumSource(Change.class)
  void answers404ForAnIdOfTheOtherKind(Change change) {
    Kind other = change.kind == Kind.NOTE ? Kind.TASK : Kind.NOTE;
    String id = owner.post(other.path, other.creation).expect(201).id();
    String userId = owner.get("/users/me").id();
    Client whatever = owner.with("If-Match", "*");
    change.apply(whatever, change.kind.path + "/" + id).isProblem(404, "not-found");
    change.apply(whatever, change.kind.path + "/" + userId).isProblem(404, "not-found");
    owner.ifMatch(0).delete(other.path + "/" + id).expect(204);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void showsATrashOnlyToItsOwner(Kind kind) {
    String path = kind.createdBy(owner);
    owner.ifMatch(0).delete(path).expect(204);
    Annals.eventually(
        () -> assertThat(owner.get(kind.path + "?deleted=true").json().get("content")).hasSize(1));
    assertThat(stranger.get(kind.path + "?deleted=true").json().get("content")).isEmpty();
    stranger.with("If-Match", "*").post(path + "/restore").isProblem(404, "not-found");
    owner.ifMatch(1).post(path + "/restore").expect(200).hasVersion(2);
  }
}
