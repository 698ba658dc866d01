package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media types and allowed methods of responses follow from the mappings. */
class NegotiationTest extends HttpTest {

  private static final String KNOWN = "/samples/11111111-1111-4111-8111-111111111111";

  @ParameterizedTest
  @ValueSource(
      strings = {"application/problem+json", "text/html", "application/json;q=0", "nonsense", ""})
  void ignoresAcceptForAnEndpointWithoutAResponseBody(String accept) throws Exception {
    assertThat(
            http.send(http.to("/quiet").header("Accept", accept).POST(BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(204);
    assertThat(http.send(http.as("USER", KNOWN).header("Accept", accept).DELETE()).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*, application/problem+json",
        "application/json;charset=utf-16",
        "application/json;version=2",
        "application/*",
        "text/html, */*;q=0.1"
      })
  void producesJsonIfTheEndpointDeclaresNoType(String accept) throws Exception {
    HttpResponse<String> answer = http.send(http.to("/open").header("Accept", accept));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/json");
    assertThat(answer.body()).isEqualTo("{\"known\":false}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json;q=0", "application/problem+json", "text/html", "x"})
  void refusesAnUnacceptableTypeWithAProblemDocument(String accept) throws Exception {
    HttpResponse<String> answer = http.send(http.to("/open").header("Accept", accept));
    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(answer.headers().allValues("Content-Type"))
        .containsExactly("application/problem+json");
    assertThat(answer.body()).contains("urn:problem:not-acceptable");
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, /samples/bulk, 200, 'OPTIONS, POST'",
    "GET, /samples/bulk, 405, 'OPTIONS, POST'",
    "PUT, /samples/bulk, 405, 'OPTIONS, POST'",
    "OPTIONS, /samples/x, 200, 'DELETE, GET, HEAD, OPTIONS, PUT'",
    "PATCH, /samples/x, 405, 'DELETE, GET, HEAD, OPTIONS, PUT'",
    "OPTIONS, /samples, 200, 'GET, HEAD, OPTIONS, POST'",
    "PATCH, /samples, 405, 'GET, HEAD, OPTIONS, POST'",
    "PATCH, /swagger-ui/index.html, 405, 'GET, HEAD, OPTIONS'"
  })
  void allowsTheMethodsOfTheMostSpecificPath(String method, String path, int status, String allowed)
      throws Exception {
    HttpResponse<String> answer =
        http.send(http.as("USER", path).method(method, BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().allValues("Allow")).containsExactly(allowed);
    assertThat(answer.headers().firstValue("Accept-Patch")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", " * ", "\"3\"", "W/\"3\"", "\"1\", \"3\""})
  void answers304IfTheClientHasTheVersion(String known) throws Exception {
    for (String method : new String[] {"GET", "HEAD"}) {
      HttpResponse<String> answer =
          http.send(
              http.as("USER", KNOWN)
                  .header("If-None-Match", known)
                  .method(method, BodyPublishers.noBody()));
      assertThat(answer.statusCode()).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
      HttpResponse<String> whole = http.get(KNOWN);
      for (String header : new String[] {"ETag", "Cache-Control", "Expires", "Vary"}) {
        assertThat(answer.headers().allValues(header))
            .as(header)
            .isEqualTo(whole.headers().allValues(header));
      }
      assertThat(answer.headers().firstValue("Cache-Control")).isPresent();
      assertThat(answer.headers().firstValue("Content-Type")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"*\"", "\"4\"", "*, \"4\"", "3"})
  void answers200IfTheClientHasAnotherVersion(String known) throws Exception {
    assertThat(http.send(http.as("USER", KNOWN).header("If-None-Match", known)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void answers200ToIfNoneMatchForAResourceWithoutAVersion() throws Exception {
    assertThat(http.send(http.to("/open").header("If-None-Match", "*")).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "8192, 0, 401",
    "8193, 0, 414",
    "60000, 0, 414",
    "6, 8192, 401",
    "6, 10000, 431",
    "6, 60000, 431"
  })
  void refusesALongTargetWith414AndLongFieldsWith431(int target, int field, int status)
      throws Exception {
    String answer =
        http.raw(
            "GET /notes%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: %s\r\n\r\n"
                .formatted("x".repeat(target - 6), "x".repeat(field)));
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("Content-Type: application/problem+json", "\"status\":" + status);
  }
}
