package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A person was erased: their key is destroyed, and nobody signs in as them any more. No event that
 * is about them alone comes after it; whoever keeps something of theirs drops it.
 */
@Revision("1")
public record UserErased(UUID userId) implements UserEvent {}
