package dev.annals.platform.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.platform.problem.Refusal;
import java.util.List;

/** Whatever the header holds is tokens as they were sent, or refused. */
class ConsistencyTokensFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void areReadOrRefused(byte[] lines) {
    try {
      List<ConsistencyToken> tokens =
          ConsistencyTokens.parse(List.of(new String(lines, ISO_8859_1).split("\n", -1))).tokens();
      for (ConsistencyToken token : tokens) {
        assertThat(ConsistencyToken.parse(token.toString())).contains(token);
        assertThat(token.ids()).hasSizeBetween(1, 100);
      }
    } catch (Refusal refused) {
      assertThat(refused).hasMessageContaining("Consistency-Token");
    }
  }
}
