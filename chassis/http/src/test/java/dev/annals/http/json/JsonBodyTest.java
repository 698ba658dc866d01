package dev.annals.http.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.annals.http.sample.HttpTest;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest extends HttpTest {

  @Test
  void setsDefaultsForAbsentProperties() throws Exception {
    var response = http.post("/samples", "{\"title\":\"a\"}");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"title\":\"a\",\"content\":\"\",\"dueAt\":null,\"level\":\"LOW\",\"tags\":[]}");
  }

  @Test
  void truncatesAnInstantToMillisecondsInUtc() throws Exception {
    var response =
        http.post(
            "/samples", "{\"title\":\"a\",\"dueAt\":\"2026-11-22t06:50:00.1239999999999+01:00\"}");
    assertThat(response.body()).contains("\"dueAt\":\"2026-11-22T05:50:00.123Z\"");
  }

  @Test
  void reportsAllMissingPropertiesAtOnce() throws Exception {
    assertThat(pointers(http.put("/samples/x", "{}")))
        .containsExactly("/title", "/content", "/dueAt", "/done", "/rank", "/tags");
  }

  @Test
  void reportsAllInvalidPropertiesAtOnce() throws Exception {
    var response =
        http.put(
            "/samples/x",
            "{\"title\":\" \",\"content\":null,\"dueAt\":null,\"done\":\"true\",\"rank\":1.5,"
                + "\"tags\":[\"a\",\"\",\"a\",7],\"odd/~name\":1}");
    assertThat(pointers(response))
        .containsExactly("/title", "/content", "/done", "/rank", "/tags/3", "/odd~1~0name");
    assertThat(response.body()).doesNotContain("java", "tools.jackson", "dev.annals");
  }

  @Test
  void pointsToTheInvalidItemOfAList() throws Exception {
    var response =
        http.post(
            "/samples/bulk",
            "{\"samples\":[{\"title\":\"a\"},{\"title\":\"\"},{},null,{\"title\":\"b\",\"tags\":[\"x\",\"x\",\"\"]},5]}");
    assertThat(pointers(response))
        .containsExactly(
            "/samples/1/title",
            "/samples/2/title",
            "/samples/3",
            "/samples/4/tags/1",
            "/samples/4/tags/2",
            "/samples/5");
  }

  @Test
  void pointsToTextThatIsNotALine() throws Exception {
    assertThat(
            http.post(
                    "/samples/bulk",
                    """
                    {"samples":[{"title":"a\\nb"},{"title":"\\u200b"},{"title":"a","tags":["b","c\\td","\\u2800"]},
                     {"title":"a","content":"\\t\\u2028"}]}""")
                .body())
        .contains(
            "\"errors\":["
                + "{\"pointer\":\"/samples/0/title\",\"detail\":\"must have no control characters or line breaks\"},"
                + "{\"pointer\":\"/samples/1/title\",\"detail\":\"must have a character that can be seen\"},"
                + "{\"pointer\":\"/samples/2/tags/1\",\"detail\":\"must have no control characters or line breaks\"},"
                + "{\"pointer\":\"/samples/2/tags/2\",\"detail\":\"must have a character that can be seen\"}]");
  }

  @Test
  void pointsToAListOfTheWrongLength() throws Exception {
    assertThat(pointers(http.post("/samples/bulk", "{\"samples\":[]}")))
        .containsExactly("/samples");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "title|1",
        "title|true",
        "title|null",
        "title|[]",
        "title|[\"a\"]",
        "title|{}",
        "title|\"\"",
        "title|\" \\u00a0\\u2003\"",
        "title|\"a\\u0000\"",
        "title|\"\\ud800\"",
        "content|5",
        "content|null",
        "content|\"\\udc00x\"",
        "dueAt|1700000000",
        "dueAt|\"\"",
        "dueAt|\"2026-11-22\"",
        "dueAt|\"2026-11-22T05:50Z\"",
        "dueAt|\"2026-11-22T05:50:00\"",
        "dueAt|\"2026-02-30T05:50:00Z\"",
        "dueAt|\"2026-11-22T24:00:00Z\"",
        "dueAt|\"0000-01-01T00:00:00+01:00\"",
        "dueAt|\"9999-12-31T23:59:59-01:00\"",
        "dueAt|\"+12026-11-22T05:50:00Z\"",
        "dueAt|\"2026-11-22 05:50:00Z\"",
        "dueAt|true",
        "dueAt|[]",
        "level|0",
        "level|\"0\"",
        "level|\"low\"",
        "level|\"\"",
        "level|\" LOW\"",
        "level|\"LOW\\n\"",
        "level|null",
        "level|[\"LOW\"]",
        "tags|\"a\"",
        "tags|null",
        "tags|{}",
        "tags|\"\"",
        "unknown|1",
        "unknown|{\"a\":[1]}"
      })
  void refusesAValueOfAnotherTypeOrFormat(String property, String value) throws Exception {
    String title = property.equals("title") ? "" : "\"title\":\"a\",";
    var response = http.post("/samples", "{" + title + "\"" + property + "\":" + value + "}");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(pointers(response)).containsExactly("/" + property);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "done|\"true\"",
        "done|1",
        "done|0",
        "done|\"\"",
        "done|null",
        "rank|\"1\"",
        "rank|1.0",
        "rank|1e0",
        "rank|true",
        "rank|\"\"",
        "rank|null",
        "rank|2147483648",
        "rank|99999999999999999999999",
        "rank|[1]"
      })
  void doesNotCoerceNumbersAndBooleans(String property, String value) throws Exception {
    String others = property.equals("done") ? "\"rank\":1" : "\"done\":true";
    var response =
        http.put(
            "/samples/x",
            "{\"title\":\"a\",\"content\":\"\",\"dueAt\":null,\"tags\":[],"
                + others
                + ",\""
                + property
                + "\":"
                + value
                + "}");
    assertThat(pointers(response)).containsExactly("/" + property);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "{",
        "{\"title\":\"a\"} x",
        "{\"title\":\"a\"}{}",
        "{'title':'a'}",
        "{title:1}",
        "{\"title\":\"a\",}",
        "{\"title\":\"a\",\"title\":\"b\"}",
        "{\"title\":NaN}",
        "{\"title\":\"\u0001\"}",
        "{\"title\":01}",
        "/* a */{\"title\":\"a\"}",
        "{\"x\":{\"a\":1,\"a\":2},\"title\":\"a\"}"
      })
  void refusesMalformedJsonWith400(String body) throws Exception {
    var response = http.post("/samples", body);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("urn:problem:bad-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":"})
  void refusesDeeplyNestedJsonWith400(String nest) throws Exception {
    var response = http.post("/samples", nest.repeat(100_000));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("urn:problem:bad-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "5", "\"a\"", "true"})
  void pointsToTheRootOfADocumentThatIsNotAnObject(String body) throws Exception {
    assertThat(pointers(http.post("/samples", body))).containsExactly("");
  }

  @Test
  void refusesABodyThatIsNotUtf8() throws Exception {
    for (byte[] body :
        List.of(
            "{\"title\":\"a\"}".getBytes(StandardCharsets.UTF_16),
            "{\"title\":\"a\"}".getBytes(StandardCharsets.UTF_16LE),
            "{\"title\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1),
            new byte[] {
              '{',
              '"',
              't',
              'i',
              't',
              'l',
              'e',
              '"',
              ':',
              '"',
              (byte) 0xed,
              (byte) 0xa0,
              (byte) 0x80,
              '"',
              '}'
            })) {
      var response =
          http.send(
              http.as("USER", "/samples")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(response.body()).contains("urn:problem:bad-request");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/xml",
        "application/json;charset=utf-16",
        "application/json;charset=x!",
        "application/merge-patch+json",
        "application/yaml",
        "application/cbor",
        "nonsense",
        "application/x-www-form-urlencoded"
      })
  void refusesOtherMediaTypesWith415(String type) throws Exception {
    var response =
        http.send(
            http.as("USER", "/samples")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"a\"}")));
    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(response.body()).contains("urn:problem:unsupported-media-type");
  }

  @Test
  void refusesABodyWithoutAMediaTypeWith415() throws Exception {
    var response =
        http.send(
            http.as("USER", "/samples")
                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"a\"}")));
    assertThat(response.statusCode()).isEqualTo(415);
  }

  @Test
  void refusesAMissingBodyWith400() throws Exception {
    var response = http.send(http.as("USER", "/samples").POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(400);
  }

  @Test
  void countsLengthsInCodePoints() throws Exception {
    assertThat(
            http.post("/samples", "{\"title\":\"" + "\ud83d\ude00".repeat(200) + "\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            http.post("/samples", "{\"title\":\"" + "\ud83d\ude00".repeat(201) + "\"}")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void writesEnglishMessagesWhateverTheClientAccepts() throws Exception {
    var response =
        http.send(
            http.as("USER", "/samples/bulk")
                .header("Content-Type", "application/json")
                .header("Accept-Language", "de")
                .POST(HttpRequest.BodyPublishers.ofString("{\"samples\":[]}")));
    assertThat(response.body()).contains("size must be between 1 and 5");
  }

  private static List<String> pointers(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("urn:problem:validation");
    return JsonPath.read(response.body(), "$.errors[*].pointer");
  }
}
