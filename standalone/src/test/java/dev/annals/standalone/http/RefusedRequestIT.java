package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unsupported methods and types, and unknown paths. */
@ExtendWith(Deployment.class)
class RefusedRequestIT {

  private static final String SOME = "/00000000-0000-4000-8000-000000000000";

  private final Client anybody;
  private final Client user;

  RefusedRequestIT(Annals annals) {
    anybody = annals.anybody();
    user = annals.newUser();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /notes, 'GET POST'",
    "DELETE, /notes, 'GET POST'",
    "PATCH, /tasks, 'GET POST'",
    "POST, /notes" + SOME + ", 'GET PUT DELETE'",
    "PATCH, /notes" + SOME + ", 'GET PUT DELETE'",
    "GET, /notes" + SOME + "/restore, POST",
    "PUT, /tasks" + SOME + "/start, POST",
    "GET, /tasks" + SOME + "/complete, POST",
    "DELETE, /tasks" + SOME + "/reopen, POST",
    "POST, /users/me, GET",
    "DELETE, /users/me, GET",
    "BREW, /notes, 'GET POST'"
  })
  void answers405WithTheAllowedMethods(String method, String path, String allowed) {
    Answer refused = user.send(method, path, "{}").isProblem(405, "method-not-allowed");
    assertThat(refused.header("Allow").orElseThrow().split(",\\s*")).contains(allowed.split(" "));
    anybody.send(method, path, "{}").isProblem(401, "unauthorized");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /auth/register, POST",
    "PUT, /auth/login, POST",
    "DELETE, /auth/login, POST",
    "POST, /.well-known/jwks.json, GET"
  })
  void answers405WithoutATokenOnOpenPaths(String method, String path, String allowed) {
    Answer refused = anybody.send(method, path, "{}").isProblem(405, "method-not-allowed");
    assertThat(refused.header("Allow").orElseThrow()).contains(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/problem+json",
        "application/json; charset=ISO-8859-1",
        "json",
        "*/*"
      })
  void answers415ToOtherTypesThanJson(String type) {
    Client sender = user.with("Content-Type", type);
    sender.post("/notes", Kind.NOTE.creation).isProblem(415, "unsupported-media-type");
    sender.post("/tasks", Kind.TASK.creation).isProblem(415, "unsupported-media-type");
    sender.post("/tasks/bulk", "{}").isProblem(415, "unsupported-media-type");
    sender
        .ifMatch(0)
        .put(Kind.NOTE.createdBy(user), Kind.NOTE.update)
        .isProblem(415, "unsupported-media-type");
    anybody
        .with("Content-Type", type)
        .post("/auth/login", "{}")
        .isProblem(415, "unsupported-media-type");
  }

  @Test
  void answers415ToABodyWithoutAType() {
    user.send("POST", "/notes", BodyPublishers.ofString(Kind.NOTE.creation))
        .isProblem(415, "unsupported-media-type");
    user.post("/notes").isProblem(415, "unsupported-media-type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""})
  void acceptsVariantsOfTheJsonType(String type) {
    user.with("Content-Type", type).post("/notes", Kind.NOTE.creation).expect(201);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void changesNothingOn406(Kind kind) {
    String path = kind.createdBy(user);
    Annals.eventually(() -> user.get(path).expect(200));
    for (String accept :
        List.of("text/plain", "application/xml", "image/*", "application/problem+json")) {
      Client choosy = user.with("Accept", accept);
      choosy.get(kind.path).isProblem(406, "not-acceptable");
      choosy.get(path).isProblem(406, "not-acceptable");
      choosy.post(kind.path, kind.creation).isProblem(406, "not-acceptable");
      choosy.ifMatch(0).put(path, kind.update).isProblem(406, "not-acceptable");
    }
    user.ifMatch(0).put(path, kind.creation).expect(200).hasVersion(0);
    Listing.complete(user, kind.path, 1);
    user.with("Accept", "text/html, application/json;q=0.1").get(path).expect(200);
    user.with("Accept", "application/*").post(kind.path, kind.creation).expect(201);
  }

  @Test
  void registersNoUserAndOpensNoSessionOn406() {
    Client choosy = anybody.with("Accept", "text/plain");
    String email = Annals.newEmail();
    choosy
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .isProblem(406, "not-acceptable");
    anybody.post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada")).expect(201);
    choosy
        .post("/auth/login", Annals.login(email, Annals.PASSWORD))
        .isProblem(406, "not-acceptable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nothing",
        "/notes/",
        "/Notes",
        "/notes" + SOME + "/",
        "/notes" + SOME + "/nothing",
        "/users",
        "/users/you",
        "/auth",
        "/error",
        "/actuator",
        "/actuator/health",
        "/favicon.ico",
        "/v3",
        "/index.html",
        "/h2-console",
        "/tasks" + SOME + "/pause"
      })
  void answers404OnlyToAuthenticatedUsers(String path) {
    user.get(path).isProblem(404, "not-found");
    user.post(path, "{}").isProblem(404, "not-found");
    anybody.get(path).isProblem(401, "unauthorized");
  }
}
