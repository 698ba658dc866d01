package dev.annals.command.identity.account;

import dev.annals.base.security.Role;
import dev.annals.command.identity.UserDetails;
import java.util.Set;
import java.util.UUID;

/** The view of a user for themselves. */
public record Profile(
    UUID id,
    String email,
    boolean emailVerified,
    String displayName,
    Set<Role> roles,
    boolean dailySummary,
    String timeZone,
    int summaryHour,
    long version) {

  public static Profile of(UserDetails user) {
    return new Profile(
        user.id(),
        user.email(),
        user.emailVerified(),
        user.displayName(),
        user.roles(),
        user.dailySummary(),
        user.timeZone(),
        user.summaryHour(),
        user.version());
  }
}
