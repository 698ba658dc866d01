package dev.annals.platform.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The key that other keys are stored under (AES-256-GCM): configured as {@code annals.master-key},
 * the same for every process of an installation. Whoever loses it loses every key in the database,
 * and with them the personal data.
 *
 * <p>While it is exchanged there is a second key, {@code annals.master-key-previous}: it opens and
 * verifies what it sealed and signed, and seals and signs nothing.
 */
public final class MasterKey {

  /** How long a key is. */
  public static final int BYTES = 32;

  /** The one that seals, then the one before it, if there is one. */
  private final List<Key> keys;

  @SuppressWarnings("ArrayRecordComponent")
  private record Key(byte[] secret, Aead aead) {}

  /**
   * Takes the configured key.
   *
   * @param base64 32 random bytes in base64
   * @throws IllegalArgumentException if it is anything else; the message does not repeat it
   */
  public MasterKey(String base64) {
    this(base64, "");
  }

  /**
   * Takes the configured keys.
   *
   * @param base64 32 random bytes in base64
   * @param previous the same of the key that is exchanged, or an empty text
   * @throws IllegalArgumentException if one is anything else; the message does not repeat it
   */
  public MasterKey(String base64, String previous) {
    Key current = key("annals.master-key", base64);
    keys =
        previous.isBlank()
            ? List.of(current)
            : List.of(current, key("annals.master-key-previous", previous));
  }

  private static Key key(String property, String base64) {
    if (!isKey(base64)) {
      throw new IllegalArgumentException(
          property + " must be " + BYTES + " random bytes in base64");
    }
    try {
      byte[] secret = Base64.getDecoder().decode(base64.strip());
      return new Key(secret, new AesGcmJce(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is missing from this Java runtime", e);
    }
  }

  /** Whether a text could be one; spaces around it do not count. */
  public static boolean isKey(String base64) {
    try {
      return Base64.getDecoder().decode(base64.strip()).length == BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** Whether a key before this one is known. */
  public boolean hasPrevious() {
    return keys.size() > 1;
  }

  /**
   * Gives keys of 32 bytes for something else, named by {@code purpose}, that tell nothing of this:
   * the first to sign with, all to verify with.
   */
  public List<byte[]> derive(String purpose) {
    return keys.stream().map(key -> derive(key, purpose)).toList();
  }

  private static byte[] derive(Key key, String purpose) {
    try {
      return Hkdf.computeHkdf(
          "HMACSHA256", key.secret(), new byte[0], purpose.getBytes(StandardCharsets.UTF_8), BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }

  /** Encrypts a secret for one place, named by {@code purpose}; it opens in that place alone. */
  public byte[] seal(byte[] secret, String purpose) {
    try {
      return keys.get(0).aead().encrypt(secret, purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A key cannot be sealed", e);
    }
  }

  /**
   * Decrypts what {@link #seal} made.
   *
   * @throws IllegalStateException if it was sealed under another master key or for another purpose,
   *     or altered
   */
  public byte[] open(byte[] stored, String purpose) {
    return keys.stream()
        .flatMap(key -> opened(key, stored, purpose).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "A stored key does not open: annals.master-key is not the one it was stored"
                        + " under"));
  }

  /**
   * Seals under this key what was sealed under the one before it.
   *
   * @return empty for what this key sealed
   * @throws IllegalStateException if neither did
   */
  public Optional<byte[]> renew(byte[] stored, String purpose) {
    return opened(keys.get(0), stored, purpose).isPresent()
        ? Optional.empty()
        : Optional.of(seal(open(stored, purpose), purpose));
  }

  private static Optional<byte[]> opened(Key key, byte[] stored, String purpose) {
    try {
      return Optional.of(key.aead().decrypt(stored, purpose.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException sealedOtherwise) {
      return Optional.empty();
    }
  }
}
