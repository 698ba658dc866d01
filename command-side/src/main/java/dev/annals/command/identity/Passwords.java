package dev.annals.command.identity;

import java.nio.charset.StandardCharsets;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Passwords as bcrypt hashes. Each call takes a processor for about a quarter of a second at the
 * cost of 12.
 */
@Component
class Passwords {

  /** What bcrypt looks at; anything behind it would not count. */
  static final int MAX_BYTES = 72;

  static final int MIN_CHARACTERS = 12;

  private final BCryptPasswordEncoder bcrypt;
  private final String nobody;

  Passwords(IdentityProperties properties) {
    this.bcrypt = new BCryptPasswordEncoder(properties.bcryptCost());
    this.nobody = bcrypt.encode("the password of nobody");
  }

  String hash(String password) {
    return bcrypt.encode(password);
  }

  boolean matches(String password, String hash) {
    return fits(password) && bcrypt.matches(password, hash);
  }

  /**
   * Takes as long as {@link #matches}, so that an unknown address answers no sooner than a known
   * one.
   */
  void matchesNobody(String password) {
    matches(password, nobody);
  }

  /** Whether a password may be chosen: at least 12 characters, and all of it counts. */
  static boolean allows(String password) {
    return password.codePointCount(0, password.length()) >= MIN_CHARACTERS && fits(password);
  }

  static boolean fits(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
