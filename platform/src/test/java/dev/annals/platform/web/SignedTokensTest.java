package dev.annals.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

/** Which tokens are taken for ones that were issued: each as it was sent, and nothing else. */
class SignedTokensTest {

  private static final String KEY = "A".repeat(43) + "=";
  private static final String ANOTHER_KEY = "B".repeat(42) + "A=";
  private static final ConsistencyToken TOKEN =
      ConsistencyToken.of(ConsistencyToken.NOTE, new UUID(0xabcd, 1), 7);
  private static final String SENT = "note.AAAAAAAAq80AAAAAAAAAAQ.7.vczdn9jtGAaZw3l_m_l-hg";

  private final SignedTokens signed = new SignedTokens(new MasterKey(KEY));
  private final String sent = signed.sign(TOKEN);

  @Test
  void isSignedAlikeByEachProcessThatHasTheKey() {
    assertThat(sent).isEqualTo(SENT);
  }

  @Test
  void whatWasSentIsRead() {
    ConsistencyToken batch = ConsistencyToken.ofBatch(ConsistencyToken.TASK, new UUID(3, 4), 100);

    assertThat(signed.read(sent)).contains(TOKEN);
    assertThat(signed.read(signed.sign(batch))).contains(batch);
    assertThat(parse(sent + " , " + sent).of("note", "task")).isEqualTo(Set.of(TOKEN));
    assertThat(parse(signed.sign(batch)).versions("task")).hasSize(100);
  }

  @Test
  void oneOfTheKeyBeforeIsReadWhileThatIsConfigured() {
    SignedTokens exchanged = new SignedTokens(new MasterKey(ANOTHER_KEY, KEY));

    assertThat(exchanged.read(sent)).contains(TOKEN);
    assertThat(exchanged.sign(TOKEN)).isNotEqualTo(sent);
    assertThat(new SignedTokens(new MasterKey(ANOTHER_KEY)).read(sent)).isEmpty();
  }

  @Test
  void noCharacterCanBeAnother() {
    for (int i = 0; i < sent.length(); i++) {
      for (int bit = 0; bit < 8; bit++) {
        char flipped = (char) (sent.charAt(i) ^ (1 << bit));
        isRefused(sent.substring(0, i) + flipped + sent.substring(i + 1));
      }
    }
  }

  @Test
  void noneCanBeMissingNorMore() {
    for (int i = 0; i < sent.length(); i++) {
      isRefused(sent.substring(0, i));
      isRefused(sent.substring(0, i) + sent.substring(i + 1));
    }
    for (String more : List.of("=", "==", "A", ".", ".1", "\0", "%20", "\u00e9")) {
      isRefused(sent + more);
    }
    isRefused(sent.toUpperCase(Locale.ROOT));
  }

  @Test
  void theSameBytesInAnotherSpellingAreRefused() {
    String[] parts = sent.split("\\.", -1);
    byte[] id = Base64.getUrlDecoder().decode(parts[1]);
    byte[] signature = Base64.getUrlDecoder().decode(parts[3]);
    String note = parts[0] + ".";
    isRefused(note + Base64.getUrlEncoder().encodeToString(id) + ".7." + parts[3]);
    isRefused(note + parts[1] + ".7." + Base64.getUrlEncoder().encodeToString(signature));
    isRefused(note + parts[1] + ".7." + Base64.getEncoder().encodeToString(signature));
    isRefused(note + parts[1] + ".07." + parts[3]);
    // The last character has four bits that no byte needs.
    for (String last : List.of("A", "B", "C", "Q", "g", "w", "x")) {
      String spelled = sent.substring(0, sent.length() - 1) + last;
      if (!spelled.equals(sent)) {
        isRefused(spelled);
      }
    }
  }

  @Test
  void whatWasNeverSignedIsRefused() {
    isRefused("");
    isRefused(",");
    isRefused(sent + ",");
    isRefused(TOKEN.toString());
    isRefused(TOKEN + ".100");
    isRefused("note.AAAAAAAAAAAAAAAAAAAAAA.5");
    isRefused(new SignedTokens(new MasterKey(ANOTHER_KEY)).sign(TOKEN));
    isRefused(sent.replace(".7.", ".8."));
    isRefused(sent.replace("note", "task"));
  }

  @Test
  void fiftyAreTakenAndNoMore() {
    List<String> tokens =
        IntStream.range(0, 51)
            .mapToObj(i -> signed.sign(ConsistencyToken.of("note", new UUID(1, i), 0)))
            .toList();

    assertThat(parse(String.join(",", tokens.subList(0, 50))).versions("note")).hasSize(50);
    isRefused(String.join(",", tokens));
    isRefused(String.join(",", Collections.nCopies(51, sent)));
  }

  @Test
  void everyTokenThatLeavesIsSignedAndNothingElse() {
    MockHttpServletResponse response = new MockHttpServletResponse();
    signed.signing(response).addHeader("consistency-token", TOKEN.toString());
    signed.signing(response).setHeader("ETag", "\"7\"");

    assertThat(response.getHeader("Consistency-Token")).isEqualTo(sent);
    assertThat(response.getHeader("ETag")).isEqualTo("\"7\"");
    signed.signing(response).setHeader("Consistency-Token", TOKEN.toString());
    assertThat(response.getHeaders("Consistency-Token")).containsExactly(sent);
  }

  private ConsistencyTokens parse(String header) {
    return ConsistencyTokens.parse(List.of(header), signed);
  }

  private void isRefused(String header) {
    assertThatThrownBy(() -> parse(header))
        .as(header)
        .isInstanceOfSatisfying(
            Refusal.class, it -> assertThat(it.problem()).isEqualTo(Problem.BAD_REQUEST));
  }
}
