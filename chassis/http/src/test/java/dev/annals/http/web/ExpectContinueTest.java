package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import dev.annals.http.sample.Tokens;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server answers from the head of a request before it asks for the body. */
class ExpectContinueTest extends HttpTest {

  private static final String CHUNKED = "Transfer-Encoding: chunked";

  @ParameterizedTest
  @CsvSource({
    "POST /samples,text/plain,Content-Length: 5,'',401",
    "POST /samples,text/plain,Transfer-Encoding: chunked,'',401",
    "POST /administered,text/plain,Content-Length: 5,USER,403",
    "POST /samples/bulk,text/plain,Content-Length: 5,USER,415",
    "POST /samples/bulk,text/plain,Transfer-Encoding: chunked,USER,415",
    "POST /samples,application/json,Content-Length: 1048577,'',413",
    "POST /nothing,application/json,Transfer-Encoding: chunked,USER,404",
    "PATCH /samples,application/json,Content-Length: 5,USER,405"
  })
  void refusesByTheHeadWithoutAskingForTheBody(
      String line, String type, String length, String role, int status) throws Exception {
    assertThat(http.raw(request(line, type, length, role))).startsWith("HTTP/1.1 " + status + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 2", CHUNKED})
  void sends100ContinueForABodyThatItReads(String length) throws Exception {
    String body = length.equals(CHUNKED) ? "2\r\n{}\r\n0\r\n\r\n" : "{}";
    assertThat(http.raw(request("POST /samples", "application/json", length, "USER") + body))
        .startsWith("HTTP/1.1 100 \r\n\r\nHTTP/1.1 400 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "identity, gzip", "x"})
  void refusesABodyWithAContentCodingWith415(String coding) throws Exception {
    var answer =
        http.send(
            http.as("USER", "/samples")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", coding)
                .POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(answer.headers().firstValue("Accept-Encoding")).hasValue("identity");
    assertThat(answer.body()).contains("urn:problem:unsupported-media-type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "", "Identity, identity"})
  void acceptsTheIdentityContentCoding(String coding) throws Exception {
    var answer =
        http.send(
            http.as("USER", "/samples")
                .header("Content-Type", "application/json")
                .header("Content-Encoding", coding)
                .POST(BodyPublishers.ofString("{}")));
    assertThat(answer.statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "User-Agent",
        "X-Forwarded-For",
        "X-Request-Id",
        "Accept-Language",
        "Cookie",
        "Referer",
        "Via",
        "X-Anything"
      })
  void acceptsNonAsciiBytesInHeaders(String header) throws Exception {
    StringBuilder bytes = new StringBuilder();
    for (char each = 0x80; each <= 0xFF; each++) {
      bytes.append(each);
    }
    assertThat(
            http.raw(
                "GET /sender HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s: %s\r\n\r\n"
                    .formatted(header, bytes)))
        .startsWith("HTTP/1.1 200 ");
  }

  private static String request(String line, String type, String length, String role) {
    return line
        + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: "
        + type
        + "\r\n"
        + (role.isEmpty() ? "" : "Authorization: Bearer " + Tokens.of(role) + "\r\n")
        + length
        + "\r\n\r\n";
  }
}
