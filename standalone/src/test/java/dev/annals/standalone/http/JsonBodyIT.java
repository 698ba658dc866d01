package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strict parsing of JSON bodies. */
@ExtendWith(Deployment.class)
class JsonBodyIT {

  private final Client user;

  JsonBodyIT(Annals annals) {
    user = annals.newUser();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "null",
        "{",
        "{\"title\": \"a\"",
        "{\"title\": \"a\",}",
        "{\"title\": \"a\"} {}",
        "{\"title\": \"a\"}]",
        "{\"title\": \"a\"} x",
        "{'title': 'a'}",
        "{title: \"a\"}",
        "{\"title\": \"a\" /* b */}",
        "{\"title\": \"a\", \"title\": \"a\"}",
        "{\"title\": \"a\", \"tags\": [}",
        "{\"title\": NaN}",
        "{\"title\": 01}",
        "{\"title\": \"\\x\"}",
        "{\"title\": \"\\u12\"}",
        "{\"title\": \"a\nb\"}",
        "\uFEFF{\"title\": \"a\"}"
      })
  void refusesMalformedJson(String body) {
    for (String path : new String[] {"/notes", "/tasks", "/tasks/bulk", "/auth/login"}) {
      user.post(path, body).isProblem(400, "bad-request");
    }
  }

  @Test
  void refusesAnEmptyBody() {
    Client json = user.with("Content-Type", "application/json");
    json.send("POST", "/notes", BodyPublishers.noBody()).isProblem(400, "bad-request");
    json.send("POST", "/auth/register", BodyPublishers.noBody()).isProblem(400, "bad-request");
    json.ifMatch(0)
        .send("PUT", Kind.NOTE.createdBy(user), BodyPublishers.noBody())
        .isProblem(400, "bad-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\"title\"", "1", "true", "[{\"title\": \"a\"}]"})
  void refusesOtherJsonThanAnObject(String body) {
    user.post("/notes", body).isInvalidAt("");
    user.post("/tasks", body).isInvalidAt("");
    user.post("/tasks/bulk", body).isInvalidAt("");
  }

  @ParameterizedTest
  @CsvSource({
    "title, 1",
    "title, true",
    "title, null",
    "title, [`a`]",
    "title, {}",
    "content, 1",
    "content, null",
    "content, false",
    "tags, null",
    "tags, `a`",
    "tags, {}",
    "tags, 0"
  })
  void refusesOtherTypesInANote(String property, String value) {
    refuses(Kind.NOTE, property, value);
  }

  @ParameterizedTest
  @CsvSource({
    "title, 1",
    "description, null",
    "description, []",
    "priority, null",
    "priority, 1",
    "priority, `high`",
    "priority, `High`",
    "priority, ` HIGH`",
    "priority, ``",
    "priority, `OPEN`",
    "priority, [`HIGH`]",
    "dueAt, 1900000000",
    "dueAt, true",
    "dueAt, {}",
    "tags, null"
  })
  void refusesOtherTypesInATask(String property, String value) {
    refuses(Kind.TASK, property, value);
    String item = withRaw(Kind.TASK.creation, property, value.replace('`', '"'));
    user.post("/tasks/bulk", "{\"tasks\": [" + item + "]}").isInvalidAt("/tasks/0/" + property);
  }

  @ParameterizedTest
  @CsvSource({"[1], /tags/0", "[`a`;null], /tags/1", "[[`a`]], /tags/0", "[{}], /tags/0"})
  void pointsAtAnInvalidTag(String tags, String pointer) {
    String json = tags.replace('`', '"').replace(';', ',');
    user.post("/notes", withRaw(Kind.NOTE.creation, "tags", json)).isInvalidAt(pointer);
    user.post("/tasks", withRaw(Kind.TASK.creation, "tags", json)).isInvalidAt(pointer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "Title",
        "version",
        "status",
        "overdue",
        "createdAt",
        "ownerId",
        "__proto__"
      })
  void refusesUnknownProperties(String property) {
    for (Kind kind : Kind.values()) {
      user.post(kind.path, Json.with(kind.creation, property, "x")).isInvalidAt("/" + property);
      String path = kind.createdBy(user);
      user.ifMatch(0)
          .put(path, Json.with(kind.creation, property, "x"))
          .isInvalidAt("/" + property);
    }
  }

  @Test
  void writesPointersAsRfc6901Does() {
    user.post("/notes", "{\"title\": \"a\", \"a/b~c\": 1}").isInvalidAt("/a~1b~0c");
    user.post("/tasks/bulk", "{\"tasks\": [{\"title\": \"a\", \"x\": 1}], \"y\": 2}")
        .isInvalidAt("/tasks/0/x", "/y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\\u0000", "a\\u0000b", "\\ud800", "\\udc00", "\\udc00\\ud800", "a\\ud83dz"})
  void refusesUnstorableText(String escaped) {
    String text = "\"" + escaped + "\"";
    user.post("/notes", withRaw(Kind.NOTE.creation, "title", text)).isInvalidAt("/title");
    user.post("/notes", withRaw(Kind.NOTE.creation, "content", text)).isInvalidAt("/content");
    user.post("/notes", withRaw(Kind.NOTE.creation, "tags", "[" + text + "]"))
        .isInvalidAt("/tags/0");
    user.post("/tasks", withRaw(Kind.TASK.creation, "description", text))
        .isInvalidAt("/description");
  }

  /** Malformed UTF-8: overlong, lone continuation, surrogate, above U+10FFFF, truncated. */
  @ParameterizedTest
  @ValueSource(strings = {"c080", "c1bf", "80", "ff", "eda080", "f4908080", "e282"})
  void refusesWhatIsNotUtf8(String hex) {
    byte[] wrong = HexFormat.of().parseHex(hex);
    byte[] before = "{\"title\": \"a".getBytes(UTF_8);
    byte[] after = "\"}".getBytes(UTF_8);
    byte[] body = new byte[before.length + wrong.length + after.length];
    System.arraycopy(before, 0, body, 0, before.length);
    System.arraycopy(wrong, 0, body, before.length, wrong.length);
    System.arraycopy(after, 0, body, before.length + wrong.length, after.length);
    user.with("Content-Type", "application/json")
        .send("POST", "/notes", BodyPublishers.ofByteArray(body))
        .isProblem(400, "bad-request");
  }

  @Test
  void refusesOtherEncodingsThanUtf8() {
    user.with("Content-Type", "application/json")
        .send("POST", "/notes", BodyPublishers.ofString("{\"title\": \"a\"}", UTF_16LE))
        .isProblem(400, "bad-request");
  }

  @Test
  void decodesEscapes() {
    Answer created =
        user.post("/notes", "{\"\\u0074itle\": \"\\ud83d\\ude00 \\u00e9\\/\"}").expect(201);
    assertThat(created.text("/title")).isEqualTo("\uD83D\uDE00 é/");
  }

  @Test
  void survivesDepthAndLength() {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    user.post("/notes", "{\"title\": " + deep + "}").isProblem(400, "bad-request");
    user.post("/notes", deep).isProblem(400, "bad-request");
    user.post("/notes", "{\"title\": " + "9".repeat(500_000) + "}").expect(400);
    user.post("/notes", "{\"title\": \"a\", \"" + "k".repeat(500_000) + "\": 1}").expect(400);
    user.post("/notes", "{\"title\": 1e999999999}").isInvalidAt("/title");
  }

  private void refuses(Kind kind, String property, String value) {
    String body = withRaw(kind.creation, property, value.replace('`', '"'));
    user.post(kind.path, body).isInvalidAt("/" + property);
    user.ifMatch(0).put(kind.createdBy(user), body).isInvalidAt("/" + property);
  }

  private static String withRaw(String json, String property, String raw) {
    return Json.with(json, property, "@@@").replace("\"@@@\"", raw);
  }
}
