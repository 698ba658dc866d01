package dev.annals.command.identity.account;

import dev.annals.command.identity.IdentityProperties;
import dev.annals.http.limit.FairProcessors;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Hashes and compares passwords with bcrypt. At a cost of 12 this takes about a quarter of a second
 * of a processor, so it runs in {@link FairProcessors}, whose refusals each method can throw.
 */
@Component
public class Passwords {

  /** The limit of bcrypt, which ignores further bytes. */
  public static final int MAX_BYTES = 72;

  public static final int MIN_CHARACTERS = 12;

  private final BCryptPasswordEncoder bcrypt;
  private final String dummyHash;
  private final FairProcessors turns;

  Passwords(IdentityProperties properties, FairProcessors turns) {
    this.turns = turns;
    this.bcrypt = new BCryptPasswordEncoder(properties.bcryptCost());
    this.dummyHash = dummyHash(properties.bcryptCost());
  }

  /** Returns a hash of no known password. To make one takes a quarter of a second of the start. */
  static String dummyHash(int cost) {
    return "$2a$%02d$".formatted(cost) + ".".repeat(22 + 31);
  }

  /** Hashes the password of a new user. */
  public String hash(String password) {
    return inTurn("", () -> bcrypt.encode(password));
  }

  /** Hashes a user's new password. */
  public String hash(UUID userId, String password) {
    return inTurn(userId.toString(), () -> bcrypt.encode(password));
  }

  /**
   * Returns whether a password has this hash. It takes the same time without a hash, so that a
   * client cannot tell an unknown address from a known one.
   *
   * @param account the name that takes turns for the processors, of a known or unknown account
   */
  public boolean matches(String account, String password, Optional<String> hash) {
    return fits(password)
        && inTurn(account, () -> bcrypt.matches(password, hash.orElse(dummyHash)))
        && hash.isPresent();
  }

  /** Takes as long as the comparison of a password. */
  public void compareDummy() {
    inTurn("", () -> bcrypt.matches("another password", dummyHash));
  }

  private <T> T inTurn(String account, Supplier<T> work) {
    return turns.run(account, "Too many passwords are being checked. Try again soon.", work);
  }

  /** Returns whether a new password has at least 12 code points and at most 72 bytes in UTF-8. */
  static boolean allows(String password) {
    return password.codePointCount(0, password.length()) >= MIN_CHARACTERS && fits(password);
  }

  static boolean fits(String password) {
    return password.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES;
  }
}
