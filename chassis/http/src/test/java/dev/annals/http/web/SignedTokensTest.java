package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.crypto.MasterKey;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

/** Only issued tokens are accepted, and only in their original spelling. */
class SignedTokensTest {

  private static final String KEY = "A".repeat(43) + "=";
  private static final String ANOTHER_KEY = "B".repeat(42) + "A=";
  private static final ConsistencyToken TOKEN = ConsistencyToken.of("note", new UUID(0xabcd, 1), 7);
  private static final String SENT = "note.AAAAAAAAq80AAAAAAAAAAQ.7.vczdn9jtGAaZw3l_m_l-hg";

  private final SignedTokens signed = new SignedTokens(new MasterKey(KEY));
  private final String sent = signed.sign(TOKEN);

  @Test
  void signsATokenAlikeInEachProcessWithTheKey() {
    assertThat(sent).isEqualTo(SENT);
  }

  @Test
  void acceptsTokensThatItSigned() {
    ConsistencyToken batch = ConsistencyToken.ofBatch("task", new UUID(3, 4), 100);

    assertThat(signed.read(sent)).contains(TOKEN);
    assertThat(signed.read(signed.sign(batch))).contains(batch);
    assertThat(parse(sent + " , " + sent).of("note", "task")).isEqualTo(Set.of(TOKEN));
    assertThat(parse(signed.sign(batch)).versions("task")).hasSize(100);
  }

  @Test
  void acceptsATokenOfThePreviousKeyWhileItIsConfigured() {
    SignedTokens exchanged = new SignedTokens(new MasterKey(ANOTHER_KEY, KEY));

    assertThat(exchanged.read(sent)).contains(TOKEN);
    assertThat(exchanged.sign(TOKEN)).isNotEqualTo(sent);
    assertThat(new SignedTokens(new MasterKey(ANOTHER_KEY)).read(sent)).isEmpty();
  }

  @Test
  void refusesATokenWithAFlippedBit() {
    for (int i = 0; i < sent.length(); i++) {
      for (int bit = 0; bit < 8; bit++) {
        char flipped = (char) (sent.charAt(i) ^ (1 << bit));
        assertRefused(sent.substring(0, i) + flipped + sent.substring(i + 1));
      }
    }
  }

  @Test
  void refusesATruncatedOrExtendedToken() {
    for (int i = 0; i < sent.length(); i++) {
      assertRefused(sent.substring(0, i));
      assertRefused(sent.substring(0, i) + sent.substring(i + 1));
    }
    for (String more : List.of("=", "==", "A", ".", ".1", "\0", "%20", "\u00e9")) {
      assertRefused(sent + more);
    }
    assertRefused(sent.toUpperCase(Locale.ROOT));
  }

  @Test
  void refusesAnotherSpellingOfTheSameBytes() {
    String[] parts = sent.split("\\.", -1);
    byte[] id = Base64.getUrlDecoder().decode(parts[1]);
    byte[] signature = Base64.getUrlDecoder().decode(parts[3]);
    String note = parts[0] + ".";
    assertRefused(note + Base64.getUrlEncoder().encodeToString(id) + ".7." + parts[3]);
    assertRefused(note + parts[1] + ".7." + Base64.getUrlEncoder().encodeToString(signature));
    assertRefused(note + parts[1] + ".7." + Base64.getEncoder().encodeToString(signature));
    assertRefused(note + parts[1] + ".07." + parts[3]);
    // The last character has four unused bits.
    for (String last : List.of("A", "B", "C", "Q", "g", "w", "x")) {
      String spelled = sent.substring(0, sent.length() - 1) + last;
      if (!spelled.equals(sent)) {
        assertRefused(spelled);
      }
    }
  }

  @Test
  void refusesUnsignedAndForgedTokens() {
    assertRefused("");
    assertRefused(",");
    assertRefused(sent + ",");
    assertRefused(TOKEN.toString());
    assertRefused(TOKEN + ".100");
    assertRefused("note.AAAAAAAAAAAAAAAAAAAAAA.5");
    assertRefused(new SignedTokens(new MasterKey(ANOTHER_KEY)).sign(TOKEN));
    assertRefused(sent.replace(".7.", ".8."));
    assertRefused(sent.replace("note", "task"));
  }

  @Test
  void acceptsFiftyTokensAndRefusesMore() {
    List<String> tokens =
        IntStream.range(0, 51)
            .mapToObj(i -> signed.sign(ConsistencyToken.of("note", new UUID(1, i), 0)))
            .toList();

    assertThat(parse(String.join(",", tokens.subList(0, 50))).versions("note")).hasSize(50);
    assertRefused(String.join(",", tokens));
    assertRefused(String.join(",", Collections.nCopies(51, sent)));
  }

  @Test
  void signsOnlyTheTokenHeaderOfAResponse() {
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

  private void assertRefused(String header) {
    assertThatThrownBy(() -> parse(header))
        .as(header)
        .isInstanceOfSatisfying(
            Refusal.class, it -> assertThat(it.problem()).isEqualTo(Problem.BAD_REQUEST));
  }
}
