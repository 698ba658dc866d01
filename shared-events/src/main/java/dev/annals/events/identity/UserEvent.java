package dev.annals.events.identity;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a user. */
public sealed interface UserEvent extends OwnedEvent
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

  @Override
  default UUID owner() {
    return userId();
  }
}
