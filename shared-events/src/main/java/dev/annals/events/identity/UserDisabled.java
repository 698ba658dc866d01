package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** An administrator locked a user out. */
@Revision("1")
public record UserDisabled(UUID userId) implements UserEvent {}
