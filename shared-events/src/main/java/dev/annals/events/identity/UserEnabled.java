package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** An administrator let a user in again. */
@Revision("1")
public record UserEnabled(UUID userId) implements UserEvent {}
