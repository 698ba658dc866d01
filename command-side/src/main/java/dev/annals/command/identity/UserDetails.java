package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** A user as administrators and mails see them. */
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
   * How mails to the user begin. Where the address may be a stranger's, nothing that the user typed
   * is in a mail.
   */
  public String greeting() {
    return emailVerified ? "Hello " + displayName + "," : "Hello,";
  }
}
