package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user changed their password. Passwords are not stored in events.
 *
 * @param emailVerified true if a mailed link also proved for the first time that the user owns the
 *     address; else null
 */
@Revision("1")
public record PasswordChanged(UUID userId, Boolean emailVerified) implements UserEvent {}
