package dev.annals.command.identity;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** The commands of a {@link PasswordReset}. */
public sealed interface PasswordResetCommand {

  @TargetAggregateIdentifier
  UUID requestId();

  /** Requests a mail with a link to choose a new password. */
  record RequestPasswordReset(UUID requestId, UUID userId, Instant expiresAt)
      implements PasswordResetCommand {}

  /** Records that a mail server took the mail. */
  record RecordPasswordResetMail(UUID requestId) implements PasswordResetCommand {}
}
