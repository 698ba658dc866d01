package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** An administrator disabled a user. */
@Revision("1")
public record UserDisabled(UUID userId) implements UserEvent {}
