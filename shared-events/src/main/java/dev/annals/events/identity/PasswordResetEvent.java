package dev.annals.events.identity;

import java.util.UUID;

/** What can happen to a request for another password. The token is no part of history. */
public sealed interface PasswordResetEvent permits PasswordResetRequested, PasswordResetMailed {

  /** The request. */
  UUID requestId();

  /** Whose password it is about. */
  UUID userId();
}
