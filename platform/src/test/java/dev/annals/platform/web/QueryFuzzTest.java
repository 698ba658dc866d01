package dev.annals.platform.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.platform.problem.Refusal;

/** Any query is parsed or refused, a cursor is never negative, and a link survives a round trip. */
class QueryFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void parsesOrRefusesAnyQuery(byte[] query) {
    String text = new String(query, ISO_8859_1);
    QueryParameters parameters = QueryParameters.of(text);
    parameters
        .integer("after", 0, Long.MAX_VALUE)
        .ifPresent(after -> assertThat(after).isNotNegative());
    try {
      parameters.refuseIfInvalid();
    } catch (Refusal refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    String link = QueryString.parse(text).with("page", "1").toString();
    assertThat(QueryString.parse(link)).hasToString(link);
    assertThat(QueryParameters.of(link).integer("page", 0, 9)).hasValue(1);
  }
}
