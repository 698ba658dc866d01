package dev.annals.command.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A secret that means something only to whoever issued it, and of which only the hash is kept.
 *
 * @param value as its holder shows it
 */
record OpaqueToken(String value) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  /** A new one of 256 random bits, in base64url. */
  static OpaqueToken random() {
    byte[] secret = new byte[BYTES];
    RANDOM.nextBytes(secret);
    return new OpaqueToken(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Its SHA-256: enough for a secret that nobody can guess. */
  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
    }
  }

  @Override
  public String toString() {
    return "OpaqueToken";
  }
}
