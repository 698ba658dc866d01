package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** The mail server took the mail with the way to a new password. */
@Revision("1")
public record PasswordResetMailed(UUID requestId, UUID userId) implements PasswordResetEvent {}
