package dev.annals.events.identity;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.Set;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A person registered. The password is no part of history. */
@Revision("1")
public record UserRegistered(
    @Subject UUID userId, @Personal String email, @Personal String displayName, Set<Role> roles)
    implements UserEvent {}
