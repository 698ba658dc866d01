package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads with a Consistency-Token. */
@ExtendWith(Deployment.class)
class ReadingOnesWritesIT {

  private static final String HEADER = "Consistency-Token";

  private final Annals annals;
  private final Client user;

  ReadingOnesWritesIT(Annals annals) {
    this.annals = annals;
    user = annals.newUser();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void seesEachChangeAtOnce(Kind kind) {
    for (int i = 0; i < 20; i++) {
      Answer created = user.post(kind.path, kind.creation).expect(201);
      String path = kind.path + "/" + created.id();
      seeing(created).get(path).expect(200).hasVersion(0);
      assertThat(ids(seeing(created), kind.path + "?size=100")).contains(created.id());

      Answer updated = user.ifMatch(0).put(path, kind.update).expect(200);
      seeing(updated).get(path).expect(200).hasVersion(1);

      Answer deleted = user.ifMatch(1).delete(path).expect(204);
      seeing(deleted).get(path).isProblem(404, "not-found");
      assertThat(ids(seeing(deleted), kind.path + "?size=100")).doesNotContain(created.id());
      assertThat(ids(seeing(deleted), kind.path + "?size=100&deleted=true")).contains(created.id());

      Answer restored = user.ifMatch(2).post(path + "/restore").expect(200);
      seeing(restored).get(path).expect(200).hasVersion(3);
    }
  }

  @Test
  void seesNotificationsAndReadMarksAtOnce() {
    for (int i = 0; i < 10; i++) {
      Answer created = user.post("/tasks", Kind.TASK.creation).expect(201);
      Answer started = user.ifMatch(0).post("/tasks/" + created.id() + "/start").expect(200);
      Answer inbox = seeing(started).get("/notifications").expect(200);
      assertThat(inbox.text("/content/0/type")).isEqualTo("TaskStarted");
      assertThat(inbox.text("/content/0/resource/id")).isEqualTo(created.id());
      assertThat(inbox.text("/content/0/resource/title")).isEqualTo("Dig");
      assertThat(seeing(started).unread()).isEqualTo(2);

      Answer read =
          user.post("/notifications/" + inbox.text("/content/0/id") + "/read").expect(204);
      assertThat(seeing(read).unread()).isEqualTo(1);
      assertThat(seeing(read).get("/notifications").json().at("/content/0/read").asBoolean())
          .isTrue();

      Answer all = user.post("/notifications/read-all").expect(204);
      assertThat(seeing(all).unread()).isZero();
    }
  }

  @Test
  void seesAWholeBatchAtOnce() {
    String items =
        String.join(
            ",", IntStream.range(0, 100).mapToObj(i -> "{\"title\":\"" + i + "\"}").toList());
    Answer created = user.post("/tasks/bulk", "{\"tasks\":[" + items + "]}").expect(201);

    assertThat(seeing(created).get("/tasks").json().at("/page/totalElements").asInt())
        .isEqualTo(100);
  }

  @Test
  void seesSeveralChangesAtOnce() {
    List<Answer> created =
        IntStream.range(0, 50).mapToObj(i -> user.post("/notes", Kind.NOTE.creation)).toList();
    String tokens =
        String.join(", ", created.stream().map(it -> it.header(HEADER).orElseThrow()).toList());

    assertThat(ids(user.with(HEADER, tokens), "/notes?size=100"))
        .containsExactlyInAnyOrderElementsOf(created.stream().map(Answer::id).toList());
    user.with(HEADER, tokens + "," + created.get(0).header(HEADER).orElseThrow())
        .get("/notes")
        .isProblem(400, "bad-request");
  }

  @Test
  void acceptsATokenFromAnotherUser() {
    Answer created = user.post("/notes", Kind.NOTE.creation).expect(201);
    Client other = annals.newUser().with(HEADER, created.header(HEADER).orElseThrow());

    other.get("/notes").expect(200);
    other.get("/notes/" + created.id()).isProblem(404, "not-found");
  }

  @Test
  void answersATokenForAnUpdateWithoutAChange() {
    Answer created = user.post("/notes", "{\"title\":\"Title\"}").expect(201);
    Answer same =
        user.ifMatch(0)
            .put("/notes/" + created.id(), "{\"title\":\"Title\",\"content\":\"\",\"tags\":[]}")
            .hasVersion(0);

    seeing(same).get("/notes/" + created.id()).expect(200).hasVersion(0);
  }

  @Test
  void refusesATokenThatWasNeverIssued() {
    Answer created = user.post("/notes", Kind.NOTE.creation).expect(201);
    Answer read = user.post("/notifications/read-all").expect(204);
    for (String token : List.of(created.header(HEADER).orElseThrow(), read.header(HEADER).get())) {
      String unsigned = token.substring(0, token.lastIndexOf('.'));
      String later = token.replaceFirst("\\.0\\.", ".1.");
      assertThat(later).isNotEqualTo(token);
      for (String path : List.of("/notes", "/tasks", "/users/me", "/.well-known/jwks.json")) {
        user.with(HEADER, unsigned).get(path).isProblem(400, "bad-request");
        user.with(HEADER, later).get(path).isProblem(400, "bad-request");
        user.with(HEADER, token).get(path).expect(200);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        ",",
        "note.AAAAAAAAAAAAAAAAAAAAAA.0",
        "note.AAAAAAAAAAAAAAAAAAAAAA.0.1",
        "note.AAAAAAAAAAAAAAAAAAAAAA.0.AAAAAAAAAAAAAAAAAAAAAA"
      })
  void refusesAMalformedToken(String token) {
    user.with(HEADER, token).get("/notes").isProblem(400, "bad-request");
    user.with(HEADER, token).get("/notes/" + UUID.randomUUID()).isProblem(400, "bad-request");
    user.with(HEADER, token).get("/users/me").isProblem(400, "bad-request");
  }

  @Test
  void answersATokenForEachChangeOfATask() {
    Answer created = user.post("/tasks", Kind.TASK.creation).expect(201);
    String path = "/tasks/" + created.id();
    for (String transition : List.of("start", "complete", "reopen")) {
      long version =
          user.with(HEADER, created.header(HEADER).orElseThrow())
              .get(path)
              .json()
              .get("version")
              .asLong();
      Answer changed = user.with("If-Match", "*").post(path + "/" + transition).expect(200);
      assertThat(version).isLessThan(changed.json().get("version").asLong());
      assertThat(seeing(changed).get(path).json()).isEqualTo(changed.json());
    }
  }

  private Client seeing(Answer change) {
    return user.with(HEADER, change.header(HEADER).orElseThrow());
  }

  private static List<String> ids(Client client, String list) {
    return Json.texts(client.get(list).expect(200).json().get("content"), "id");
  }
}
