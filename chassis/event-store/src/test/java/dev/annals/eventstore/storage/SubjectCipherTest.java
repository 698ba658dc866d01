package dev.annals.eventstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SubjectCipherTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final byte[] VALUE = "secret".getBytes(StandardCharsets.US_ASCII);

  private final Map<UUID, Aead> keys = new HashMap<>();
  private final SubjectCipher cipher =
      new SubjectCipher(subject -> Optional.ofNullable(keys.get(subject)));

  @BeforeEach
  void createKeys() throws Exception {
    Aead key =
        new AesGcmJce("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    // The same one, so that only the binding tells the subjects apart.
    keys.put(ANNA, key);
    keys.put(BERT, key);
  }

  @Test
  void decryptsWhatItEncrypted() {
    byte[] stored = cipher.encrypt(ANNA, "row/1/url", VALUE);

    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
    assertThat(cipher.decrypt(ANNA, "row/1/url", stored)).contains(VALUE);
  }

  @Test
  void refusesAValueOfAnotherPlaceOrSubjectAndAnAlteredOne() {
    byte[] stored = cipher.encrypt(ANNA, "row/1/url", VALUE);

    assertThatThrownBy(() -> cipher.decrypt(ANNA, "row/2/url", stored))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cipher.decrypt(BERT, "row/1/url", stored))
        .isInstanceOf(IllegalStateException.class);
    stored[stored.length - 1] ^= 1;
    assertThatThrownBy(() -> cipher.decrypt(ANNA, "row/1/url", stored))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void storesAndReadsNothingOfASubjectWithoutAKey() {
    byte[] stored = cipher.encrypt(ANNA, "row/1/url", VALUE);
    keys.remove(ANNA);

    assertThat(cipher.decrypt(ANNA, "row/1/url", stored)).isEmpty();
    assertThatThrownBy(() -> cipher.encrypt(ANNA, "row/1/url", VALUE))
        .isInstanceOf(ErasedSubjectException.class);
  }
}
