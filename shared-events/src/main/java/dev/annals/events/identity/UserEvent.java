package dev.annals.events.identity;

import java.util.UUID;

/** An event of a user. */
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

  UUID userId();
}
