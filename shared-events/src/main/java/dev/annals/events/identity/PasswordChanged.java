package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A user has another password. Neither the old nor the new one is part of history. */
@Revision("1")
public record PasswordChanged(UUID userId) implements UserEvent {}
