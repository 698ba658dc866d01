package dev.annals.base.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.security.BearerScheme;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemCatalogueTest {

  @Test
  void hasOneStandardSentenceAStatus() {
    List<Integer> statuses =
        Arrays.stream(Problem.values())
            .filter(problem -> !problem.detail().isEmpty())
            .map(Problem::status)
            .toList();

    assertThat(statuses)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrder(
            400, 401, 403, 404, 405, 406, 408, 413, 414, 415, 416, 417, 431, 500, 501, 503, 504,
            505);
  }

  @ParameterizedTest
  @EnumSource
  void namesTheProblemOfAStatusOrOfItsClass(Problem problem) {
    Problem expected =
        !problem.detail().isEmpty()
            ? problem
            : switch (problem.status()) {
              case 401 -> Problem.UNAUTHORIZED;
              case 403 -> Problem.FORBIDDEN;
              case 413 -> Problem.CONTENT_TOO_LARGE;
              case 503 -> Problem.UNAVAILABLE;
              default -> Problem.BAD_REQUEST;
            };

    assertThat(Problem.ofStatus(problem.status())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"402, BAD_REQUEST", "499, BAD_REQUEST", "502, INTERNAL_ERROR"})
  void namesTheClassOfAnUnknownStatus(int status, Problem problem) {
    assertThat(Problem.ofStatus(status)).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "STALE_VERSION, urn:problem:stale-version",
    "QUOTA_EXCEEDED, https://iana.org/assignments/http-problem-types#quota-exceeded"
  })
  void hasATypeByItsNameUnlessAnotherIsRegistered(Problem problem, String type) {
    assertThat(problem.type()).hasToString(type);
  }

  @Test
  void writesTheDocumentAndTheHeadersOfARefusal() {
    Refusal refusal =
        new Refusal(Problem.UNAVAILABLE, "The store is away.", Map.of("remaining", 3))
            .with("Allow", "GET");

    assertThat(refusal.document("/notes"))
        .asString()
        .isEqualTo(
            "{\"type\":\"urn:problem:unavailable\",\"title\":\"The service cannot answer now\","
                + "\"status\":503,\"detail\":\"The store is away.\",\"instance\":\"/notes\","
                + "\"remaining\":3}");
    assertThat(refusal.headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Content-Type", "application/problem+json",
                "Cache-Control", "no-store",
                "Retry-After", "5",
                "Allow", "GET"));
  }

  @Test
  void challengesAnUnauthorizedClient() {
    assertThat(new Refusal(Problem.UNAUTHORIZED).headers())
        .containsEntry("WWW-Authenticate", "Bearer");
    assertThat(
            new Refusal(Problem.UNAUTHORIZED)
                .with("WWW-Authenticate", BearerScheme.INVALID_TOKEN)
                .headers())
        .containsEntry("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  }
}
