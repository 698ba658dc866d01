package dev.annals.events.identity;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a password reset request. The token is not stored in events. */
public sealed interface PasswordResetEvent extends OwnedEvent
    permits PasswordResetRequested, PasswordResetMailed {

  UUID requestId();

  UUID userId();

  @Override
  default UUID owner() {
    return userId();
  }
}
