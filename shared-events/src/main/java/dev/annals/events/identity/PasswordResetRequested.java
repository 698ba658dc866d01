package dev.annals.events.identity;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * Somebody, perhaps the user, asked for a way to a new password.
 *
 * @param expiresAt until then a mail is tried
 */
@Revision("1")
public record PasswordResetRequested(UUID requestId, UUID userId, Instant expiresAt)
    implements PasswordResetEvent {}
