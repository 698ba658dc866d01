package dev.annals.http.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.problem.Refusal;
import java.util.OptionalLong;

/** Any query is parsed or refused, a cursor is never negative, and a link survives a round trip. */
class QueryFuzzTest {

  record Cursor(OptionalLong after) implements QueryParameters {}

  @FuzzTest(maxDuration = "1m")
  void parsesOrRefusesAnyQuery(byte[] query) {
    String text = new String(query, ISO_8859_1);
    try {
      QueryReader.read(text, Cursor.class)
          .after()
          .ifPresent(after -> assertThat(after).isNotNegative());
    } catch (Refusal refused) {
      assertThat(refused.violations()).isNotEmpty();
    }
    String link = QueryString.parse(text).with("page", "1").toString();
    assertThat(QueryString.parse(link)).hasToString(link);
    assertThat(QueryReader.read(link, Paging.class).page()).isEqualTo(1);
  }
}
