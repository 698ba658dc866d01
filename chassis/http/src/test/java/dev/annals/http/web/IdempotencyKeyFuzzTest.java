package dev.annals.http.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.problem.Refusal;
import java.util.List;

/** Any header is parsed or refused. Inputs that broke the parser are in the test resources. */
class IdempotencyKeyFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void parsesOrRefusesAnyHeader(byte[] lines) {
    try {
      IdempotencyKey key =
          IdempotencyKey.parse(List.of(new String(lines, ISO_8859_1).split("\n", -1)));
      assertThat(key.value().orElseThrow()).matches("[ -~]{1,255}");
    } catch (Refusal refused) {
      assertThat(refused).hasMessageContaining("Idempotency-Key");
    }
  }
}
