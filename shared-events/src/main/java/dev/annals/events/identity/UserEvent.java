package dev.annals.events.identity;

import java.util.UUID;

/** What can happen to a user. */
public sealed interface UserEvent
    permits UserRegistered,
        EmailVerified,
        ProfileUpdated,
        PasswordChanged,
        RolesAssigned,
        UserDisabled,
        UserEnabled,
        UserErased,
        ErasureCompleted {

  /** The user it happened to. */
  UUID userId();
}
