package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class FilterIT {

  private final Annals annals;

  /** A user with four tasks, which tests only read. */
  private final Client reader;

  FilterIT(Annals annals) {
    this.annals = annals;
    reader = annals.newUser();
    reader
        .post(
            "/tasks/bulk",
            """
            {"tasks": [
              {"title": "a", "priority": "LOW", "dueAt": "2031-01-01T00:00:00Z"},
              {"title": "b", "dueAt": "2032-01-01T00:00:00Z"},
              {"title": "c", "priority": "HIGH", "dueAt": "2033-01-01T00:00:00Z"},
              {"title": "d", "priority": "HIGH"}]}""")
        .expect(201);
    Listing.complete(reader, "/tasks", 4);
    var tasks = reader.get("/tasks?sort=title,asc").json().get("content");
    String started = "/tasks/" + tasks.get(1).get("id").asString();
    String completed = "/tasks/" + tasks.get(2).get("id").asString();
    reader.ifMatch(0).post(started + "/start").expect(200);
    reader.ifMatch(0).post(completed + "/complete").expect(200);
    Annals.eventually(() -> reader.get(started).hasVersion(1));
    Annals.eventually(() -> reader.get(completed).hasVersion(1));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void findsElementsWithAllTags(Kind kind) {
    Client user = annals.newUser();
    user.post(kind.path, Json.object("title", "a", "tags", List.of("x", "y"))).expect(201);
    user.post(kind.path, Json.object("title", "b", "tags", List.of("y", "x,y"))).expect(201);
    user.post(kind.path, Json.object("title", "c", "tags", List.of("X", "é ü+&="))).expect(201);
    user.post(kind.path, Json.object("title", "d")).expect(201);
    Listing.complete(user, kind.path, 4);
    has(user, kind.path + "?tag=x", "a");
    has(user, kind.path + "?tag=y", "a", "b");
    has(user, kind.path + "?tag=x&tag=y", "a");
    has(user, kind.path + "?tag=y&tag=x%2Cy", "b");
    has(user, kind.path + "?tag=x,y", "b");
    has(user, kind.path + "?tag=X", "c");
    has(user, kind.path + "?tag=" + Listing.encoded("é ü+&="), "c");
    has(user, kind.path + "?tag=x&tag=X");
    has(user, kind.path + "?tag=%24where");
    has(user, kind.path + "?tag=x&tag=x", "a");
  }

  @ParameterizedTest
  @CsvSource({
    "status=OPEN, 'a d'",
    "status=IN_PROGRESS, b",
    "status=DONE, c",
    "priority=LOW, a",
    "priority=NORMAL, b",
    "priority=HIGH, 'c d'",
    "priority=URGENT, ''",
    "overdue=true, ''",
    "overdue=false, 'a b c d'",
    "status=OPEN&priority=HIGH, d",
    "status=DONE&priority=LOW, ''",
    "dueBefore=2032-01-01T00:00:00Z, a",
    "dueBefore=2032-01-01T00:00:00.001Z, 'a b'",
    "dueAfter=2032-01-01T00:00:00Z, c",
    "dueAfter=2031-12-31T23:59:59.999Z, 'b c'",
    "dueAfter=2031-01-01T00:00:00Z&dueBefore=2033-01-01T00:00:00Z, b",
    "dueAfter=2032-01-01T01:00:00%2B01:00, c",
    "dueBefore=1900-01-01T00:00:00Z, ''",
    "dueAfter=1900-01-01T00:00:00Z, 'a b c'",
    "deleted=true, ''"
  })
  void filtersTasksByProperties(String query, String titles) {
    has(reader, "/tasks?" + query, titles.isEmpty() ? new String[0] : titles.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "status, open",
    "status, LATE",
    "status, ''",
    "priority, high",
    "priority, 3",
    "overdue, 1",
    "overdue, ''",
    "dueBefore, 2032-01-01",
    "dueBefore, soon",
    "dueAfter, 2032-01-01T00:00:00",
    "dueAfter, 2032-02-30T00:00:00Z",
    "dueAfter, 2032-01-01T00:00:00+01:00",
    "dueAfter, 1900000000"
  })
  void refusesInvalidValues(String parameter, String value) {
    reader.get("/tasks?" + parameter + "=" + value).isInvalidAt("?" + parameter);
    // Notes lack these parameters.
    reader.get("/notes?" + parameter + "=" + value).expect(200);
  }

  @Test
  void combinesFiltersWithOrderAndPage() {
    Client user = annals.newUser();
    user.post(
            "/tasks/bulk",
            """
            {"tasks": [
              {"title": "dig 1", "tags": ["t"]}, {"title": "dig 2", "tags": ["t"]},
              {"title": "dig 3", "tags": ["t"]}, {"title": "sow 4", "tags": ["t"]},
              {"title": "dig 5"}]}""")
        .expect(201);
    Listing.complete(user, "/tasks", 5);
    String query = "/tasks?tag=t&q=dig&status=OPEN&sort=title,desc&size=2";
    Answer first = user.get(query).expect(200);
    assertThat(Json.texts(first.json().get("content"), "title")).containsExactly("dig 3", "dig 2");
    assertThat(first.json().at("/page/totalElements").asInt()).isEqualTo(3);
    assertThat(Listing.titles(user, query + "&page=1")).containsExactly("dig 1");
  }

  private static void has(Client user, String path, String... titles) {
    assertThat(Listing.titles(user, path)).containsExactlyInAnyOrder(titles);
  }
}
