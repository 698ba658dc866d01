package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user has another password. Neither the old nor the new one is part of history.
 *
 * @param emailVerified true if a mailed link let them and proved that the address is theirs, which
 *     was not known before; else null
 */
@Revision("1")
public record PasswordChanged(UUID userId, Boolean emailVerified) implements UserEvent {}
