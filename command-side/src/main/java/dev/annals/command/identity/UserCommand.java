package dev.annals.command.identity;

import dev.annals.base.security.Role;
import dev.annals.http.web.IfMatch;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** The commands of a {@link User}. Those with a password's hash show only the id in logs. */
public sealed interface UserCommand {

  @TargetAggregateIdentifier
  UUID userId();

  /**
   * Opens an account.
   *
   * @param verified whether the address is known to be the user's; otherwise a mail with a link is
   *     sent to it
   */
  record RegisterUser(
      UUID userId,
      String email,
      String passwordHash,
      String displayName,
      Set<Role> roles,
      boolean verified)
      implements UserCommand {

    @Override
    public String toString() {
      return "RegisterUser[userId=" + userId + "]";
    }
  }

  /**
   * Marks the user's address as verified.
   *
   * @param token the token from the mailed link; empty if the operator vouches for the address
   */
  record VerifyEmail(UUID userId, Optional<OpaqueToken> token) implements UserCommand {}

  /** Updates the profile. A null time zone or summary hour leaves the current one. */
  record UpdateProfile(
      UUID userId,
      IfMatch ifMatch,
      String displayName,
      boolean dailySummary,
      @Nullable String timeZone,
      @Nullable Integer summaryHour)
      implements UserCommand {}

  /**
   * Changes the password and ends the user's other sessions.
   *
   * @param checkedHash the hash that the current password was checked against
   * @param currentSession the session that stays open
   */
  record ChangePassword(UUID userId, String passwordHash, String checkedHash, UUID currentSession)
      implements UserCommand {

    @Override
    public String toString() {
      return "ChangePassword[userId=" + userId + "]";
    }
  }

  /**
   * Changes the password, uses the token up, ends all sessions of the user, and verifies the
   * address, since the token was mailed to it.
   */
  record ResetPassword(UUID userId, OpaqueToken token, String passwordHash) implements UserCommand {

    @Override
    public String toString() {
      return "ResetPassword[userId=" + userId + "]";
    }
  }

  record AssignRoles(UUID userId, IfMatch ifMatch, Set<Role> roles) implements UserCommand {}

  /** Disables the account and ends all sessions of the user. */
  record DisableUser(UUID userId) implements UserCommand {}

  record EnableUser(UUID userId) implements UserCommand {}

  /**
   * Destroys the user's key, account and sessions, and starts the removal of files and snapshots.
   *
   * @param checkedHash the hash that the user's password was checked against; empty if an
   *     administrator erases the user
   */
  record EraseUser(UUID userId, Optional<String> checkedHash) implements UserCommand {

    /** Creates the command of an administrator. */
    public EraseUser(UUID userId) {
      this(userId, Optional.empty());
    }

    @Override
    public String toString() {
      return "EraseUser[userId=" + userId + "]";
    }
  }

  /** Records that no file or snapshot of an erased user is left. */
  record CompleteErasure(UUID userId) implements UserCommand {}
}
