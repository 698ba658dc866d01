package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** An administrator enabled a user again. */
@Revision("1")
public record UserEnabled(UUID userId) implements UserEvent {}
