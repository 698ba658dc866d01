package dev.annals.command.identity;

import dev.annals.base.security.Role;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** The view of a user for administrators and mails. */
public record UserDetails(
    UUID id,
    String email,
    boolean emailVerified,
    String displayName,
    Set<Role> roles,
    boolean enabled,
    Instant createdAt,
    boolean dailySummary,
    String timeZone,
    int summaryHour,
    long version) {

  /**
   * Returns the first line of mails to the user. A mail to an unverified address, which may be a
   * stranger's, contains no text of the user.
   */
  public String greeting() {
    return emailVerified ? "Hello " + displayName + "," : "Hello,";
  }
}
