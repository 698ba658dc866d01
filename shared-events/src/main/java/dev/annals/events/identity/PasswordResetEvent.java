package dev.annals.events.identity;

import java.util.UUID;

/** An event of a password reset request. The token is not stored in events. */
public sealed interface PasswordResetEvent permits PasswordResetRequested, PasswordResetMailed {

  UUID requestId();

  UUID userId();
}
