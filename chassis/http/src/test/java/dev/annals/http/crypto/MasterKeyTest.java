package dev.annals.http.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {

  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final String ANOTHER = "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=";
  private static final byte[] SECRET = "a secret".getBytes(StandardCharsets.UTF_8);

  @Test
  void decryptsWhatItEncrypted() {
    byte[] stored = new MasterKey(KEY).seal(SECRET, "subject/1");

    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    assertThat(new MasterKey(KEY + "\n").open(stored, "subject/1")).isEqualTo(SECRET);
  }

  @Test
  void refusesToDecryptForAnotherPurposeOrWithAnotherKey() {
    byte[] stored = new MasterKey(KEY).seal(SECRET, "subject/1");

    assertThatThrownBy(() -> new MasterKey(KEY).open(stored, "subject/2"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new MasterKey(ANOTHER).open(stored, "subject/1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("annals.master-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "!!!", "MDEyMzQ1Njc4OWFiY2RlZg=="})
  void refusesAnInvalidKeyWithoutRepeatingIt(String text) {
    assertThatThrownBy(() -> new MasterKey(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("annals.master-key must be 32 random bytes in base64");
  }

  @Test
  void usesThePreviousKeyOnlyToDecryptAndVerify() {
    MasterKey before = new MasterKey(KEY);
    MasterKey both = new MasterKey(ANOTHER, KEY);

    assertThat(both.open(before.seal(SECRET, "subject/1"), "subject/1")).isEqualTo(SECRET);
    assertThat(new MasterKey(ANOTHER).open(both.seal(SECRET, "subject/1"), "subject/1"))
        .isEqualTo(SECRET);
    assertThat(both.derive("urls"))
        .containsExactly(
            new MasterKey(ANOTHER).derive("urls").get(0), before.derive("urls").get(0));
    assertThat(both.hasPrevious()).isTrue();
    assertThat(before.hasPrevious()).isFalse();
  }

  @Test
  void reencryptsSecretsOfThePreviousKey() {
    MasterKey both = new MasterKey(ANOTHER, KEY);
    byte[] renewed = both.reseal(new MasterKey(KEY).seal(SECRET, "subject/1"), "subject/1").get();

    assertThat(new MasterKey(ANOTHER).open(renewed, "subject/1")).isEqualTo(SECRET);
    assertThat(both.reseal(renewed, "subject/1")).isEmpty();
    assertThatThrownBy(() -> both.reseal(renewed, "subject/2"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesAnInvalidPreviousKey() {
    assertThatThrownBy(() -> new MasterKey(KEY, "short"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("annals.master-key-previous must be 32 random bytes in base64");
  }
}
