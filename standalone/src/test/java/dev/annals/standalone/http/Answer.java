package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** An answer and its request. */
record Answer(String method, URI asked, int status, HttpHeaders headers, String text) {

  private static final Set<String> INTERNALS =
      Set.of("Exception", "dev.annals", "org.", "java.", "tools.jackson", "\tat ", "select ");

  /** Asserts the status. */
  Answer expect(int expected) {
    assertThat(status).as(toString()).isEqualTo(expected);
    return this;
  }

  /** Asserts that the answer is a valid problem document (RFC 9457) with this status and type. */
  Answer isProblem(int expected, String slug) {
    expect(expected);
    assertThat(headers.firstValue("Content-Type"))
        .as(toString())
        .hasValue("application/problem+json");
    JsonNode problem = json();
    assertThat(problem.path("type").asString()).isEqualTo("urn:problem:" + slug);
    assertThat(problem.path("status").asInt()).isEqualTo(expected);
    assertThat(problem.path("title").asString()).isNotBlank();
    assertThat(problem.path("detail").asString()).isNotBlank();
    assertThat(problem.path("instance").asString()).isEqualTo(asked.getRawPath());
    assertThat(problem.has("errors")).as(toString()).isEqualTo(slug.equals("validation"));
    assertThat(text).doesNotContain(INTERNALS);
    assertThat(header("X-Request-Id")).isPresent();
    return this;
  }

  /** Asserts the pointers of exactly the invalid values. */
  Answer isInvalidAt(String... pointers) {
    isProblem(400, "validation");
    JsonNode errors = json().get("errors");
    assertThat(Json.texts(errors, "pointer")).containsExactly(pointers);
    assertThat(Json.texts(errors, "detail")).allSatisfy(it -> assertThat(it).isNotBlank());
    return this;
  }

  /** Asserts the version of the resource. */
  Answer hasVersion(long expected) {
    assertThat(json().path("version").asLong(-1)).as(toString()).isEqualTo(expected);
    assertThat(header("ETag")).as(toString()).hasValue("\"" + expected + "\"");
    return this;
  }

  JsonNode json() {
    return Json.parse(text);
  }

  /** Returns the string at a JSON pointer (RFC 6901). */
  String text(String pointer) {
    return json().at(pointer).asString();
  }

  String id() {
    return text("/id");
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  @Override
  public String toString() {
    return method + " " + asked + " answered " + status + " " + headers.map() + " " + text;
  }
}
