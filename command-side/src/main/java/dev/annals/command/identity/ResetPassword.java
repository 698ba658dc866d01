package dev.annals.command.identity;

import java.util.UUID;

/** Ends the user's sessions, too, and uses up the token. */
record ResetPassword(UUID userId, OpaqueToken token, String passwordHash) {

  // Commands may be logged; the hash may not.
  @Override
  public String toString() {
    return "ResetPassword[userId=" + userId + "]";
  }
}
