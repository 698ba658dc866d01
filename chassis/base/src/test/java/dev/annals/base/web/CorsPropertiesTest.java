package dev.annals.base.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsPropertiesTest {

  private static final String NOTES = "https://notes.example.org";

  private final CorsProperties cors = new CorsProperties(List.of(NOTES, "http://localhost:3000"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "null",
        "notes.example.org",
        "ftp://notes.example.org",
        "https://notes.example.org/",
        "https://notes.example.org/app",
        "https://notes.example.org?a=b",
        "https://notes.example.org#top",
        "https://ada@notes.example.org",
        "https://*.example.org",
        "https://Notes.example.org",
        "HTTPS://notes.example.org",
        "https://notes.example.org:443",
        "http://notes.example.org:80",
        "https://notes.example.org:",
        "https://"
      })
  void refusesAValueThatNoBrowserSendsAsAnOrigin(String origin) {
    assertThatThrownBy(() -> new CorsProperties(List.of(NOTES, origin)))
        .hasMessage(
            "The property annals.cors.origins must be origins as browsers send them, such as"
                + " https://app.example.org, separated by commas.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://notes.example.org:443", "https://notes.example.org:8443", "http://[::1]"})
  void takesAnOriginAsBrowsersSendIt(String origin) {
    assertThat(new CorsProperties(List.of(origin)).headers(origin))
        .containsEntry("Access-Control-Allow-Origin", origin);
  }

  @Test
  void exposesTheHeadersOfTheContractToAnAllowedOrigin() {
    assertThat(cors.headers(NOTES))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Vary",
                "Origin",
                "Access-Control-Allow-Origin",
                NOTES,
                "Access-Control-Expose-Headers",
                "Accept-Ranges, Allow, Cache-Status, Consistency-Token, Content-Disposition,"
                    + " Content-Range, ETag, Link, Location, RateLimit, RateLimit-Policy,"
                    + " Retry-After, WWW-Authenticate, X-Request-Id"));
  }

  @Test
  void tellsOtherOriginsAndClientsWithoutOneThatTheResponseDependsOnIt() {
    assertThat(cors.headers("https://evil.example.org")).isEqualTo(Map.of("Vary", "Origin"));
    assertThat(cors.headers(null)).isEqualTo(Map.of("Vary", "Origin"));
  }

  @Test
  void hasNoHeadersWithoutConfiguredOrigins() {
    assertThat(new CorsProperties(List.of()).headers(NOTES)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE"})
  void allowsTheMethodsAndTheHeadersOfTheContract(String method) {
    assertThat(cors.preflight(NOTES, method))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Access-Control-Allow-Methods",
                "GET, HEAD, POST, PUT, DELETE",
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, If-Match, If-None-Match, Range, Idempotency-Key,"
                    + " Consistency-Token, Last-Event-ID, X-Request-Id",
                "Access-Control-Max-Age",
                "3600"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://notes.example.org, PATCH",
    "https://notes.example.org, get",
    "http://notes.example.org, GET",
    "https://notes.example.org.evil.example, GET",
    "https://notes.example.org:8443, GET",
    "null, GET"
  })
  void refusesThePreflightOfAnotherOriginOrMethod(String origin, String method) {
    assertThatThrownBy(() -> cors.preflight(origin, method))
        .isInstanceOf(Refusal.class)
        .hasMessage("Pages of this origin may not send this request.");
  }

  @ParameterizedTest
  @CsvSource({
    ", annals.example.org, true",
    "https://notes.example.org, annals.example.org, true",
    // A proxy has decrypted the request.
    "https://annals.example.org, annals.example.org, true",
    "http://localhost:8080, localhost:8080, true",
    "http://localhost:8081, localhost:8080, false",
    "https://evil.example.org, annals.example.org, false",
    "https://annals.example.org.evil.example, annals.example.org, false",
    "null, annals.example.org, false"
  })
  void allowsWebSocketsOfItsOwnHostAndOfAllowedOrigins(
      String origin, String host, boolean allowed) {
    assertThat(cors.allowsWebSocket(origin, host)).isEqualTo(allowed);
  }
}
