package dev.annals.events.identity;

import dev.annals.base.event.ErasureEvent;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user was erased: their key is destroyed and they cannot log in. No event that is only about
 * this user follows. Handlers delete their data about the user.
 */
@Revision("1")
public record UserErased(UUID userId) implements UserEvent, ErasureEvent {}
