package dev.annals.http.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.problem.Refusal;
import dev.annals.http.crypto.MasterKey;
import java.util.List;
import java.util.Optional;

/** Any header is parsed or refused, and each parsed token survives a round trip. */
class ConsistencyTokensFuzzTest {

  private static final SignedTokens SIGNED = new SignedTokens(new MasterKey("A".repeat(43) + "="));

  @FuzzTest(maxDuration = "1m")
  void parsesOrRefusesAnyHeader(byte[] lines) {
    List<String> sent = List.of(new String(lines, ISO_8859_1).split("\n", -1));
    try {
      ConsistencyTokens unused = ConsistencyTokens.parse(sent, SIGNED);
    } catch (Refusal refused) {
      assertThat(refused).hasMessageContaining("Consistency-Token");
    }
    for (String line : String.join(",", sent).split(",", -1)) {
      Optional<ConsistencyToken> token = ConsistencyToken.parse(line.strip());
      token.ifPresent(
          read -> {
            assertThat(ConsistencyToken.parse(read.toString())).contains(read);
            assertThat(read.ids()).hasSizeBetween(1, 100);
            assertThat(SIGNED.read(SIGNED.sign(read))).contains(read);
          });
    }
  }
}
