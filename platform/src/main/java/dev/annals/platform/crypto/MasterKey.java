package dev.annals.platform.crypto;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;

/**
 * The key that other keys are stored under (AES-256-GCM): configured as {@code annals.master-key},
 * the same for every process of an installation. Whoever loses it loses every key in the database,
 * and with them the personal data.
 */
public final class MasterKey {

  /** How long a key is. */
  public static final int BYTES = 32;

  private final byte[] key;
  private final Aead aead;

  /**
   * Takes the configured key.
   *
   * @param base64 32 random bytes in base64
   * @throws IllegalArgumentException if it is anything else; the message does not repeat it
   */
  public MasterKey(String base64) {
    if (!isKey(base64)) {
      throw new IllegalArgumentException(
          "annals.master-key must be " + BYTES + " random bytes in base64");
    }
    try {
      key = Base64.getDecoder().decode(base64.strip());
      aead = new AesGcmJce(key);
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

  /** A key of 32 bytes for something else, named by {@code purpose}, that tells nothing of this. */
  public byte[] derive(String purpose) {
    try {
      return Hkdf.computeHkdf(
          "HMACSHA256", key, new byte[0], purpose.getBytes(StandardCharsets.UTF_8), BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }

  /** Encrypts a secret for one place, named by {@code purpose}; it opens in that place alone. */
  public byte[] seal(byte[] secret, String purpose) {
    try {
      return aead.encrypt(secret, purpose.getBytes(StandardCharsets.UTF_8));
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
    try {
      return aead.decrypt(stored, purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "A stored key does not open: annals.master-key is not the one it was stored under", e);
    }
  }
}
