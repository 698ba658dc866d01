package dev.annals.events.identity;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A client requested a password reset for a user.
 *
 * @param expiresAt until when the mail is retried
 */
@Revision("1")
public record PasswordResetRequested(UUID requestId, UUID userId, Instant expiresAt)
    implements PasswordResetEvent {}
