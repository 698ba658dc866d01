package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.HttpTest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large answers to GET are compressed for clients that accept it. */
class CompressionTest extends HttpTest {

  private static final String LARGE = "/samples?tag=" + "x".repeat(2_000);
  private static final String ONE = "/samples/11111111-1111-4111-8111-111111111111";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip |",
        "deflate, GZIP;q=0.5 |",
        "br | x",
        "identity | x",
        "* | x",
        "gzip;q=0 | x"
      })
  void compressesALargeListIfTheClientAcceptsGzip(String accepted, String plain) throws Exception {
    HttpResponse<byte[]> answer =
        answer(http.as("USER", LARGE).header("Accept-Encoding", accepted));

    assertThat(answer.headers().allValues("Vary")).containsExactly("accept-encoding");
    if (plain != null) {
      assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
      assertThat(answer.body()).hasSizeGreaterThan(2_048);
    } else {
      assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
      assertThat(answer.body()).hasSizeLessThan(500);
      byte[] body = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
      assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo(http.get(LARGE).body());
    }
  }

  @Test
  void sendsOtherAnswersAsTheyAre() throws Exception {
    String item = "{\"title\":\"a\",\"content\":\"" + "x".repeat(1_000) + "\"}";
    String bulk = "{\"samples\":[" + item + "," + item + "," + item + "]}";
    for (HttpRequest.Builder request :
        new HttpRequest.Builder[] {
          http.as("USER", "/samples?tag=" + "x".repeat(500)),
          http.as("USER", LARGE).method("HEAD", BodyPublishers.noBody()),
          http.as("USER", ONE),
          http.as("USER", "/samples/bulk")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString(bulk))
        }) {
      HttpResponse<byte[]> answer = answer(request.header("Accept-Encoding", "gzip"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    }
  }

  @Test
  void usesNoTransferCoding() throws Exception {
    assertThat(
            http.raw(
                "GET /v3/api-docs HTTP/1.1\r\nHost: a\r\nConnection: close, TE\r\nTE: gzip\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .doesNotContain("Transfer-Encoding: gzip");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /samples/11111111-1111-4111-8111-111111111111, 'private, no-cache'",
    "HEAD, /samples/11111111-1111-4111-8111-111111111111, 'private, no-cache'",
    "GET, /samples, 'no-cache, no-store, max-age=0, must-revalidate'",
    "GET, /samples/22222222-1111-4111-8111-111111111111, no-store",
  })
  void letsTheClientsCacheRevalidateAResourceWithAnETag(String method, String path, String header)
      throws Exception {
    HttpResponse<byte[]> answer =
        answer(http.as("USER", path).method(method, BodyPublishers.noBody()));
    assertThat(answer.headers().allValues("Cache-Control")).containsExactly(header);
  }

  private static HttpResponse<byte[]> answer(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
  }
}
