package dev.annals.http.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.problem.Refusal;
import java.util.List;

/** Any header is parsed or refused. */
class IfMatchFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void parsesOrRefusesAnyHeader(byte[] lines) {
    try {
      IfMatch.parse(List.of(new String(lines, ISO_8859_1).split("\n", -1))).require(1);
    } catch (Refusal refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
