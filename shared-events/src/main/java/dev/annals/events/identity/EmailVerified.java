package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A user proved to own their e-mail address. The token is not stored in events. */
@Revision("1")
public record EmailVerified(UUID userId) implements UserEvent {}
