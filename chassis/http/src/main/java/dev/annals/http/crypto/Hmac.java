package dev.annals.http.crypto;

import com.google.crypto.tink.subtle.Hkdf;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 with a key. */
public record Hmac(SecretKeySpec key) {

  private static final String ALGORITHM = "HMACSHA256";
  private static final int KEY_BYTES = 32;

  /** Derives a key from a secret for a purpose. It reveals nothing about the secret. */
  public static Hmac derive(byte[] secret, String purpose) {
    try {
      byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
      byte[] key = Hkdf.computeHkdf(ALGORITHM, secret, new byte[0], info, KEY_BYTES);
      return new Hmac(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }

  /** Returns the 32 bytes that authenticate some bytes. */
  public byte[] of(byte[] bytes) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }

  /** Compares two texts in a time that does not tell where they differ. */
  public static boolean isEqual(String ours, String theirs) {
    return MessageDigest.isEqual(
        ours.getBytes(StandardCharsets.UTF_8), theirs.getBytes(StandardCharsets.UTF_8));
  }
}
