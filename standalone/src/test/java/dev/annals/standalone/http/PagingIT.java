package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Paging through one list, which all tests share. */
@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class PagingIT {

  private final Client user;

  PagingIT(Annals annals) {
    user = annals.newUser();
    user.post("/tasks/bulk", "{\"tasks\": [" + String.join(",", items(23)) + "]}").expect(201);
    Listing.complete(user, "/tasks", 23);
  }

  @Test
  void showsTwentyElementsByDefault() {
    Answer answer = user.get("/tasks").expect(200);
    assertThat(answer.json().propertyNames()).containsExactlyInAnyOrder("content", "page");
    assertThat(answer.json().get("content")).hasSize(20);
    isPage(answer, 20, 0, 23, 2);
    assertThat(Listing.links(answer).keySet()).containsExactly("first", "last", "next");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 23",
    "1, 22, 1, 23",
    "10, 0, 10, 3",
    "10, 1, 10, 3",
    "10, 2, 3, 3",
    "23, 0, 23, 1",
    "22, 1, 1, 2",
    "100, 0, 23, 1"
  })
  void splitsAListIntoPages(int size, int number, int items, int pages) {
    Answer answer = user.get("/tasks?size=" + size + "&page=" + number).expect(200);
    assertThat(answer.json().get("content")).hasSize(items);
    isPage(answer, size, number, 23, pages);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "100", "2147483647", "4294967296"})
  void answersAnEmptyPagePastTheEnd(String number) {
    Answer answer = user.get("/tasks?size=23&page=" + number).expect(200);
    assertThat(answer.json().get("content")).isEmpty();
    assertThat(answer.json().at("/page/number").asString()).isEqualTo(number);
    assertThat(answer.json().at("/page/totalElements").asInt()).isEqualTo(23);
    assertThat(Listing.links(answer))
        .containsKeys("first", "prev", "last")
        .doesNotContainKey("next");
  }

  @Test
  void linksAllPages() {
    List<String> titles = new ArrayList<>();
    String next = "/tasks?size=5&sort=title,asc&tag=%C3%A9+%26";
    while (next != null) {
      Answer page = user.get(next).expect(200);
      titles.addAll(Json.texts(page.json().get("content"), "title"));
      Map<String, String> links = Listing.links(page);
      assertThat(links).containsKeys("first", "last");
      assertThat(links.containsKey("prev")).isEqualTo(titles.size() > 5);
      next = links.containsKey("next") ? pathOf(links.get("next")) : null;
    }
    assertThat(titles).isEqualTo(IntStream.range(10, 33).mapToObj(i -> "Task " + i).toList());
    Map<String, String> links = Listing.links(user.get("/tasks?size=5&page=2&sort=title,asc"));
    assertThat(titles(links.get("first"))).startsWith("Task 10");
    assertThat(titles(links.get("prev"))).startsWith("Task 15");
    assertThat(titles(links.get("next"))).startsWith("Task 25");
    assertThat(titles(links.get("last"))).containsExactly("Task 30", "Task 31", "Task 32");
  }

  @ParameterizedTest
  @CsvSource({
    "size, 0",
    "size, 101",
    "size, -1",
    "size, ten",
    "size, 1.0",
    "size, ''",
    "size, 99999999999999999999",
    "size, %31%30%00",
    "page, -1",
    "page, x",
    "page, ''",
    "page, 1e3",
    "page, 99999999999999999999",
    "page, 9223372036854775807",
    "deleted, yes",
    "deleted, 1",
    "deleted, TRUE",
    "deleted, ''"
  })
  void refusesInvalidPageParameters(String parameter, String value) {
    for (Kind kind : Kind.values()) {
      user.get(kind.path + "?" + parameter + "=" + value).isInvalidAt("?" + parameter);
    }
  }

  @Test
  void reportsAllInvalidParametersAtOnce() {
    user.get("/tasks?size=0&page=-1&status=LATE&overdue=maybe&dueBefore=soon&sort=id,asc")
        .isProblem(400, "validation");
    JsonNode errors = user.get("/notes?page=x&size=0").json().get("errors");
    assertThat(Json.texts(errors, "pointer")).containsExactlyInAnyOrder("?page", "?size");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Size=0", "limit=x", "offset=-1", "_=%E2%82%AC", "size[]=0", "x=%zz&y", "=&&"})
  void ignoresUnknownParameters(String query) {
    assertThat(user.get("/notes?q=").expect(200).json().get("content")).isEmpty();
    if (!query.contains("%zz") && !query.contains("[")) {
      assertThat(user.get("/tasks?" + query).expect(200).json().get("content")).hasSize(20);
    }
  }

  @Test
  void countsNoPagesForAnEmptyList() {
    Answer answer = user.get("/notes").expect(200);
    assertThat(answer.json().get("content")).isEmpty();
    isPage(answer, 20, 0, 0, 0);
    assertThat(Listing.links(answer)).doesNotContainKeys("prev", "next");
  }

  private List<String> titles(String link) {
    return Listing.titles(user, pathOf(link));
  }

  private static String pathOf(String link) {
    URI target = URI.create(link);
    return target.getRawPath() + "?" + target.getRawQuery();
  }

  private static void isPage(Answer answer, int size, int number, int elements, int pages) {
    assertThat(answer.json().get("page"))
        .isEqualTo(
            Json.parse(
                """
                {"size": %d, "number": %d, "totalElements": %d, "totalPages": %d}"""
                    .formatted(size, number, elements, pages)));
  }

  private static List<String> items(int count) {
    return IntStream.range(10, 10 + count)
        .mapToObj(i -> Json.object("title", "Task " + i, "tags", List.of("é &")))
        .toList();
  }
}
