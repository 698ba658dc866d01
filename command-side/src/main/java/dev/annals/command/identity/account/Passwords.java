package dev.annals.command.identity.account;

import dev.annals.command.identity.IdentityProperties;
import dev.annals.command.limit.FairProcessors;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Passwords as bcrypt hashes. Each takes a processor for about a quarter of a second at the cost of
 * 12, so all of them are made and compared in {@link FairProcessors}, whose refusals any method
 * here throws.
 */
@Component
public class Passwords {

  /** What bcrypt looks at; anything behind it would not count. */
  public static final int MAX_BYTES = 72;

  public static final int MIN_CHARACTERS = 12;

  private final BCryptPasswordEncoder bcrypt;
  private final String nobody;
  private final FairProcessors turns;

  Passwords(IdentityProperties properties, FairProcessors turns) {
    this.turns = turns;
    this.bcrypt = new BCryptPasswordEncoder(properties.bcryptCost());
    this.nobody = bcrypt.encode("the password of nobody");
  }

  /** Hashes the password of a new user. */
  public String hash(String password) {
    return turns.run(() -> bcrypt.encode(password));
  }

  /** Hashes a user's new password. */
  public String hash(UUID userId, String password) {
    return turns.run(userId.toString(), () -> bcrypt.encode(password));
  }

  /**
   * Compares a password. Where there is no hash it takes as long, so that an unknown address
   * answers no sooner than a known one.
   *
   * @param account whose it should be, whether there is such an account or not
   */
  public boolean matches(String account, String password, Optional<String> hash) {
    return fits(password)
        && turns.run(account, () -> bcrypt.matches(password, hash.orElse(nobody)))
        && hash.isPresent();
  }

  /** Takes as long as to compare a password. */
  public void matchesNobody() {
    turns.run(() -> bcrypt.matches("the password of nobody else", nobody));
  }

  /** Whether a password may be chosen: at least 12 characters, and all of it counts. */
  static boolean allows(String password) {
    return password.codePointCount(0, password.length()) >= MIN_CHARACTERS && fits(password);
  }

  static boolean fits(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
