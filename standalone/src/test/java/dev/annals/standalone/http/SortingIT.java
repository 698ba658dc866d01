package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class SortingIT {

  private final Annals annals;

  /** A user with four tasks, which tests only read. */
  private final Client reader;

  /** A user with fifteen tasks that differ only by id. */
  private final Client monotone;

  SortingIT(Annals annals) {
    this.annals = annals;
    reader = annals.newUser();
    reader
        .post(
            "/tasks/bulk",
            """
            {"tasks": [
              {"title": "c", "priority": "URGENT", "dueAt": "2033-01-01T00:00:00Z"},
              {"title": "a", "priority": "HIGH", "dueAt": null},
              {"title": "d", "priority": "NORMAL", "dueAt": "1031-01-01T00:00:00Z"},
              {"title": "b", "priority": "LOW", "dueAt": "2032-01-01T00:00:00.001Z"}]}""")
        .expect(201);
    monotone = annals.newUser();
    String items = String.join(",", Collections.nCopies(15, "{\"title\": \"same\"}"));
    monotone.post("/tasks/bulk", "{\"tasks\": [" + items + "]}").expect(201);
    Listing.complete(reader, "/tasks", 4);
    Listing.complete(monotone, "/tasks", 15);
  }

  @ParameterizedTest
  @CsvSource({
    "'dueAt,asc', 'd b c a'",
    "'dueAt,desc', 'c b d a'",
    "'priority,asc', 'b d a c'",
    "'priority,desc', 'c a d b'",
    "'title,asc', 'a b c d'",
    "'title,desc', 'd c b a'"
  })
  void sortsTasksByEachProperty(String sort, String titles) {
    assertThat(Listing.titles(reader, "/tasks?sort=" + sort)).containsExactly(titles.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/notes", "/tasks"})
  void sortsNewestFirstByDefault(String path) {
    Client user = annals.newUser();
    List<String> paths = new ArrayList<>();
    for (String title : List.of("1", "2", "3")) {
      Answer created = user.post(path, Json.object("title", title)).expect(201);
      paths.add(path + "/" + created.id());
      passesAMillisecond(created);
    }
    Kind kind = path.equals("/notes") ? Kind.NOTE : Kind.TASK;
    user.ifMatch(0).put(paths.get(0), Json.with(kind.update, "title", "1")).expect(200);
    Annals.eventually(() -> user.get(paths.get(0)).expect(200).hasVersion(1));
    Listing.complete(user, path, 3);
    assertThat(Listing.titles(user, path + "?sort=createdAt,asc")).containsExactly("1", "2", "3");
    assertThat(Listing.titles(user, path + "?sort=createdAt,desc")).containsExactly("3", "2", "1");
    assertThat(Listing.titles(user, path + "?sort=updatedAt,asc")).containsExactly("2", "3", "1");
    assertThat(Listing.titles(user, path + "?sort=updatedAt,desc")).containsExactly("1", "3", "2");
    assertThat(Listing.titles(user, path))
        .containsExactly(
            kind == Kind.NOTE ? new String[] {"1", "3", "2"} : new String[] {"3", "2", "1"});
  }

  /** Titles by code point; by UTF-16 unit the emoji would precede the full-width letter. */
  @ParameterizedTest
  @ValueSource(strings = {"/notes", "/tasks"})
  void sortsTitlesByCodePoint(String path) {
    Client user = annals.newUser();
    List<String> titles =
        List.of(" a", "A", "B", "Z", "a", "a b", "ab", "z", "é", "ß", "\uFF21", "\uD83D\uDE00");
    List<String> sorted =
        List.of(" a", "A", "B", "Z", "a", "a b", "ab", "z", "ß", "é", "\uFF21", "\uD83D\uDE00");
    titles.forEach(title -> user.post(path, Json.object("title", title)).expect(201));
    Listing.complete(user, path, 12);
    assertThat(Listing.titles(user, path + "?sort=title,asc")).isEqualTo(sorted);
    List<String> reversed = new ArrayList<>(sorted);
    Collections.reverse(reversed);
    assertThat(Listing.titles(user, path + "?sort=title,desc")).isEqualTo(reversed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "title,asc",
        "title,desc",
        "priority,asc",
        "priority,desc",
        "dueAt,asc",
        "dueAt,desc"
      })
  void breaksTiesByIdInTheDirectionOfTheLastKey(String sort) {
    List<String> ids = new ArrayList<>();
    for (int page = 0; page < 4; page++) {
      ids.addAll(
          Json.texts(
              monotone.get("/tasks?size=4&page=" + page + "&sort=" + sort).json().get("content"),
              "id"));
    }
    if (sort.endsWith("desc")) {
      Collections.reverse(ids);
    }
    assertThat(ids).hasSize(15).isSorted();
  }

  @Test
  void sortsBySeveralPropertiesInTheGivenPriority() {
    Client user = annals.newUser();
    user.post(
            "/tasks/bulk",
            """
            {"tasks": [
              {"title": "a", "priority": "HIGH"}, {"title": "b", "priority": "LOW"},
              {"title": "c", "priority": "HIGH"}, {"title": "d", "priority": "LOW"}]}""")
        .expect(201);
    Listing.complete(user, "/tasks", 4);
    assertThat(Listing.titles(user, "/tasks?sort=priority,desc&sort=title,desc"))
        .containsExactly("c", "a", "d", "b");
    assertThat(Listing.titles(user, "/tasks?sort=priority,asc&sort=title,asc"))
        .containsExactly("b", "d", "a", "c");
    assertThat(Listing.titles(user, "/tasks?sort=title%2Cdesc&sort=priority,asc"))
        .containsExactly("d", "c", "b", "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id,asc",
        "content,asc",
        "version,desc",
        "Title,asc",
        "title,up",
        "title,",
        "title,asc,desc",
        ",asc",
        "",
        "title;asc",
        "title%20asc",
        "$where,asc",
        "titleKey,asc",
        "words,asc",
        "owner,asc"
      })
  void refusesUnknownPropertiesAndDirections(String sort) {
    for (Kind kind : Kind.values()) {
      reader.get(kind.path + "?sort=" + sort).isInvalidAt("?sort");
      reader.get(kind.path + "?sort=title,asc&sort=" + sort).isInvalidAt("?sort");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dueAt,asc", "priority,desc"})
  void refusesTaskPropertiesForNotes(String sort) {
    reader.get("/notes?sort=" + sort).isInvalidAt("?sort");
  }

  /** Separates instants by a millisecond, since equal ones are sorted by id. */
  private static void passesAMillisecond(Answer created) {
    Annals.eventually(
        () ->
            assertThat(Instant.now())
                .isAfter(Instant.parse(created.text("/createdAt")).plusMillis(2)));
  }
}
