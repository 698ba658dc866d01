package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** The mail server accepted the mail with the reset link. */
@Revision("1")
public record PasswordResetMailed(UUID requestId, UUID userId) implements PasswordResetEvent {}
