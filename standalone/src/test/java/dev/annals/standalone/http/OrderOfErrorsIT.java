package dev.annals.standalone.http;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When several errors apply, the first of 413, 401, 403, 415, 400, 404, 428, 412, 422, 409 is told.
 * That 413 is the first is shown in {@link BodySizeIT}.
 */
@ExtendWith(Deployment.class)
class OrderOfErrorsIT {

  private static final String NOWHERE = "/00000000-0000-4000-8000-000000000000";

  private final Client anybody;
  private final Client user;
  private final Client stranger;

  OrderOfErrorsIT(Annals annals) {
    anybody = annals.anybody();
    user = annals.newUser();
    stranger = annals.newUser();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/json", "nonsense"})
  void asksForATokenBeforeItLooksAtTheBody(String type) {
    Client sender = anybody.with("Content-Type", type);
    for (Kind kind : Kind.values()) {
      sender.post(kind.path, "{").isProblem(401, "unauthorized");
      sender.put(kind.path + NOWHERE, "{").isProblem(401, "unauthorized");
      sender.put(kind.createdBy(user), kind.update).isProblem(401, "unauthorized");
    }
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void asksForATokenBeforeTheCondition(Change change) {
    String path = change.preparedBy(user);
    change.apply(anybody, path).isProblem(401, "unauthorized");
    change.apply(anybody.with("If-Match", "x"), path).isProblem(401, "unauthorized");
    change.apply(anybody, change.kind.path + "/x").isProblem(401, "unauthorized");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void tellsTheWrongTypeBeforeTheWrongBodyOrIdOrCondition(Kind kind) {
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
  void tellsTheInvalidBodyBeforeTheUnknownIdOrTheCondition(Kind kind) {
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
  void tellsTheMalformedConditionBeforeTheUnknownId(Change change) {
    Client careless = user.with("If-Match", "3");
    change.apply(careless, change.kind.path + "/no-uuid").isProblem(400, "bad-request");
    change.apply(careless, change.kind.path + NOWHERE).isProblem(400, "bad-request");
    change
        .apply(stranger.with("If-Match", "3"), change.preparedBy(user))
        .isProblem(400, "bad-request");
  }

  @ParameterizedTest
  @EnumSource(Change.class)
  void tellsTheUnknownIdBeforeTheMissingOrStaleCondition(Change change) {
    String others = change.preparedBy(user);
    for (String path :
        new String[] {change.kind.path + "/no-uuid", change.kind.path + NOWHERE, others}) {
      change.apply(stranger, path).isProblem(404, "not-found");
      change.apply(stranger.ifMatch(9), path).isProblem(404, "not-found");
      change.apply(stranger.with("If-Match", "*"), path).isProblem(404, "not-found");
    }
  }

  @Test
  void tellsTheMissingOrStaleConditionBeforeTheConflict() {
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
  void asksForATokenBeforeItLooksAtTheQuery(String query) {
    anybody.get("/notes?" + query).isProblem(401, "unauthorized");
    anybody.get("/tasks?" + query).isProblem(401, "unauthorized");
    user.get("/notes?" + query).isInvalidAt("?" + query.substring(0, query.indexOf('=')));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void takesAnIdForUnknownUnlessItIsAUuid(Kind kind) {
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
