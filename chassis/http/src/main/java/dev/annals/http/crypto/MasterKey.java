package dev.annals.http.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The key that encrypts stored keys (AES-256-GCM): {@code annals.master-key}, the same for every
 * process of an installation. Losing it means losing every key in the database, and with them the
 * personal data.
 *
 * <p>During a key rotation there is also {@code annals.master-key-previous}. It only decrypts and
 * verifies.
 */
public final class MasterKey {

  public static final int BYTES = 32;

  /** The current key, then the previous one, if any. */
  private final List<Key> keys;

  @SuppressWarnings("ArrayRecordComponent")
  private record Key(byte[] secret, Aead aead) {}

  public MasterKey(String base64) {
    this(base64, "");
  }

  /**
   * Creates a master key with a previous one.
   *
   * @param base64 32 random bytes in base64
   * @param previous the previous key in base64, or empty
   * @throws IllegalArgumentException for any other value, which the message does not repeat
   */
  public MasterKey(String base64, String previous) {
    Key current = key("annals.master-key", base64);
    keys =
        previous.isBlank()
            ? List.of(current)
            : List.of(current, key("annals.master-key-previous", previous));
  }

  private static Key key(String property, String base64) {
    if (!isValid(base64)) {
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

  /** Returns whether a text is a key in base64, apart from white space around it. */
  public static boolean isValid(String base64) {
    try {
      return Base64.getDecoder().decode(base64.strip()).length == BYTES;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  public boolean hasPrevious() {
    return keys.size() > 1;
  }

  /** Derives keys for a purpose: the first to sign with, all to verify with. */
  public List<Hmac> derive(String purpose) {
    return keys.stream().map(key -> Hmac.derive(key.secret(), purpose)).toList();
  }

  /** Encrypts a secret for a purpose. It can only be decrypted for the same purpose. */
  public byte[] seal(byte[] secret, String purpose) {
    try {
      return keys.get(0).aead().encrypt(secret, purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A key cannot be encrypted", e);
    }
  }

  /**
   * Decrypts a secret that {@link #seal} encrypted.
   *
   * @throws IllegalStateException if it was encrypted with another master key or for another
   *     purpose, or was altered
   */
  public byte[] open(byte[] stored, String purpose) {
    return keys.stream()
        .flatMap(key -> tryOpen(key, stored, purpose).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "A stored key cannot be decrypted: it was encrypted with another annals.master-key"));
  }

  /**
   * Encrypts a secret of the previous key with the current key.
   *
   * @return empty if the current key encrypted the secret
   * @throws IllegalStateException if neither key did
   */
  public Optional<byte[]> reseal(byte[] stored, String purpose) {
    return tryOpen(keys.get(0), stored, purpose).isPresent()
        ? Optional.empty()
        : Optional.of(seal(open(stored, purpose), purpose));
  }

  private static Optional<byte[]> tryOpen(Key key, byte[] stored, String purpose) {
    try {
      return Optional.of(key.aead().decrypt(stored, purpose.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException sealedOtherwise) {
      return Optional.empty();
    }
  }
}
