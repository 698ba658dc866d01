package dev.annals.standalone.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * If several errors apply, the first of 413, 401, 403, 415, 400, 404, 428, 412, 422, 409 is
 * answered. {@link BodySizeIT} covers 413.
 */
@ExtendWith(Deployment.class)
class OrderOfErrorsIT {

  private static final String NOWHERE = "/00000000-0000-4000-8000-000000000000";

  private final Client anybody;
  private final Client user;
  private final Client admin;
  private final Client stranger;

  OrderOfErrorsIT(Annals annals) {
    anybody = annals.anybody();
    admin = annals.admin().with("If-Match", "*");
    user = annals.newUser();
    stranger = annals.newUser();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json", "nonsense"})
  void reportsAMissingTokenBeforeAnInvalidBody(String type) {
    Client sender = anybody.with("Content-Type", type);
    for (Kind kind : Kind.values()) {
      sender.post(kind.path, "{").isProblem(401, "unauthorized");
      sender.put(kind.path + NOWHERE, "{").isProblem(401, "unauthorized");
      sender.put(kind.createdBy(user), kind.update).isProblem(401, "unauthorized");
    }
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void reportsAMissingTokenBeforeAMissingCondition(Change change) {
    String path = change.preparedBy(user);
    change.apply(anybody, path).isProblem(401, "unauthorized");
    change.apply(anybody.with("If-Match", "x"), path).isProblem(401, "unauthorized");
    change.apply(anybody, change.kind.path + "/x").isProblem(401, "unauthorized");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void reportsAnUnsupportedTypeBeforeBodyIdAndCondition(Kind kind) {
    Client sender = user.with("Content-Type", "text/plain");
    sender.post(kind.path, "{").isProblem(415, "unsupported-media-type");
    sender.put(kind.path + "/no-uuid", "{").isProblem(415, "unsupported-media-type");
    sender.put(kind.path + NOWHERE, "{").isProblem(415, "unsupported-media-type");
    sender
        .with("If-Match", "x")
        .put(kind.path + NOWHERE, "{}")
        .isProblem(415, "unsupported-media-type");
    sender.put(kind.createdBy(user), kind.update).isProblem(415, "unsupported-media-type");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void reportsAnInvalidBodyBeforeIdAndCondition(Kind kind) {
    String invalid = Json.with(kind.update, "title", "");
    String mine = kind.createdBy(user);
    for (String path : new String[] {kind.path + "/no-uuid", kind.path + NOWHERE, mine}) {
      user.put(path, invalid).isInvalidAt("/title");
      user.ifMatch(9).put(path, invalid).isInvalidAt("/title");
      stranger.put(path, invalid).isInvalidAt("/title");
    }
    user.ifMatch(0).delete(mine).expect(204);
    user.put(mine, invalid).isInvalidAt("/title");
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void reportsAMalformedConditionBeforeAnUnknownId(Change change) {
    Client careless = user.with("If-Match", "3");
    change.apply(careless, change.kind.path + "/no-uuid").isProblem(400, "bad-request");
    change.apply(careless, change.kind.path + NOWHERE).isProblem(400, "bad-request");
    change
        .apply(stranger.with("If-Match", "3"), change.preparedBy(user))
        .isProblem(400, "bad-request");
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void reportsAnUnknownIdBeforeAMissingOrStaleCondition(Change change) {
    String others = change.preparedBy(user);
    for (String path :
        new String[] {change.kind.path + "/no-uuid", change.kind.path + NOWHERE, others}) {
      change.apply(stranger, path).isProblem(404, "not-found");
      change.apply(stranger.ifMatch(9), path).isProblem(404, "not-found");
      change.apply(stranger.with("If-Match", "*"), path).isProblem(404, "not-found");
    }
  }

  @Test
  void reportsAMissingOrStaleConditionBeforeAConflict() {
    String note = Kind.NOTE.createdBy(user);
    user.post(note + "/restore").isProblem(428, "precondition-required");
    user.ifMatch(1).post(note + "/restore").isProblem(412, "stale-version");
    user.ifMatch(0).post(note + "/restore").isProblem(409, "not-deleted");
    String task = Kind.TASK.createdBy(user);
    user.post(task + "/reopen").isProblem(428, "precondition-required");
    user.ifMatch(1).post(task + "/reopen").isProblem(412, "stale-version");
    user.ifMatch(0).post(task + "/reopen").isProblem(409, "invalid-transition");
    user.post(task + "/restore").isProblem(428, "precondition-required");
    user.ifMatch(1).post(task + "/restore").isProblem(412, "stale-version");
    user.with("If-Match", "*").post(task + "/restore").isProblem(409, "not-deleted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"size=0", "page=x", "sort=nothing,asc", "deleted=yes"})
  void reportsAMissingTokenBeforeAnInvalidQuery(String query) {
    anybody.get("/notes?" + query).isProblem(401, "unauthorized");
    anybody.get("/tasks?" + query).isProblem(401, "unauthorized");
    user.get("/notes?" + query).isInvalidAt("?" + query.substring(0, query.indexOf('=')));
  }

  /** One invalid part at a time of those that are read before the resource. */
  @TestFactory
  Stream<DynamicTest> tellsWhatCannotBeReadBeforeTheIdThatIsNoUuid() {
    List<DynamicTest> tests = new ArrayList<>();
    for (var path : anybody.get("/v3/api-docs").json().get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        JsonNode operation = method.getValue();
        // The signature of a link is checked first.
        if (path.getKey().contains("{")
            && !path.getKey().startsWith("/files/")
            && operation.toString().contains("\"format\":\"uuid\"")) {
          String send = method.getKey().toUpperCase(Locale.ROOT);
          String target = path.getKey().replaceAll("\\{\\w+}", "no-uuid");
          for (JsonNode parameter : operation.path("parameters")) {
            String bad = "?" + parameter.get("name").asString();
            if (parameter.get("in").asString().equals("query")) {
              tests.add(
                  DynamicTest.dynamicTest(
                      send + " " + path.getKey() + bad,
                      () -> admin.send(send, target + bad + "=%00", "").isInvalidAt(bad)));
            }
          }
          if (operation.at("/requestBody/content").has("application/json")) {
            tests.add(
                DynamicTest.dynamicTest(
                    send + " " + path.getKey() + " with a bad body",
                    () -> admin.send(send, target, "{\"x\": 1}").isProblem(400, "validation")));
          }
        }
      }
    }
    return tests.stream();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void answers404ToAnIdThatIsNoUuid(Kind kind) {
    String mine = kind.createdBy(user);
    for (String id :
        new String[] {"1", "x", "1-1-1-1-1", mine.substring(7) + "0", "null", "undefined", "%20"}) {
      user.get(kind.path + "/" + id).isProblem(404, "not-found");
      user.ifMatch(0).delete(kind.path + "/" + id).isProblem(404, "not-found");
      user.ifMatch(0).put(kind.path + "/" + id, kind.update).isProblem(404, "not-found");
    }
    user.ifMatch(0).put(mine.toUpperCase(Locale.ROOT), kind.update).isProblem(404, "not-found");
  }
}
