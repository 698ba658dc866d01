package dev.annals.events.identity;

import dev.annals.base.security.Role;
import java.util.Set;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * An administrator replaced a user's roles.
 *
 * @param roles all roles of the user, possibly none
 */
@Revision("1")
public record RolesAssigned(UUID userId, Set<Role> roles) implements UserEvent {}
