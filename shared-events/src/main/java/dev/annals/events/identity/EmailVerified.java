package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user's e-mail address is known to be theirs. The token that proved it is no part of history.
 */
@Revision("1")
public record EmailVerified(UUID userId) implements UserEvent {}
