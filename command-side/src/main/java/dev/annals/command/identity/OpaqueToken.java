package dev.annals.command.identity;

import dev.annals.http.crypto.Sha256;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * A random secret without a meaning of its own. Only its hash is stored.
 *
 * @param value the secret that a client sends
 */
public record OpaqueToken(String value) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  /** The length of the prefix that tokens of a family share: 132 bits, so 124 bits differ. */
  private static final int FAMILY_LENGTH = 22;

  /** Returns a new token of 256 random bits in base64url. */
  public static OpaqueToken random() {
    byte[] secret = new byte[BYTES];
    RANDOM.nextBytes(secret);
    return new OpaqueToken(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Returns a new token of the same family. */
  public OpaqueToken next() {
    return new OpaqueToken(family().value + random().value.substring(FAMILY_LENGTH));
  }

  /**
   * Returns the family, which is a secret, too: only holders of one of its tokens know it. A token
   * that is shorter than a family is its own.
   */
  public OpaqueToken family() {
    return new OpaqueToken(value.substring(0, Math.min(FAMILY_LENGTH, value.length())));
  }

  /** Returns the SHA-256 digest, which suffices for a random secret. */
  public byte[] hash() {
    return Sha256.of(value);
  }

  @Override
  public String toString() {
    return "OpaqueToken";
  }
}
