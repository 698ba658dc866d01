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
public record OpaqueToken(String value) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  /** The part that tokens of one family have in common: 132 bits, which leaves 124 to each. */
  private static final int FAMILY = 22;

  /** A new one of 256 random bits, in base64url. */
  public static OpaqueToken random() {
    byte[] secret = new byte[BYTES];
    RANDOM.nextBytes(secret);
    return new OpaqueToken(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** A new one of the same family. */
  public OpaqueToken next() {
    return new OpaqueToken(family().value + random().value.substring(FAMILY));
  }

  /**
   * The family, which is a secret itself: only those know it who had one of its tokens. A token
   * that is shorter than ours are is its own.
   */
  public OpaqueToken family() {
    return new OpaqueToken(value.substring(0, Math.min(FAMILY, value.length())));
  }

  /** Its SHA-256: enough for a secret that nobody can guess. */
  public byte[] hash() {
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
