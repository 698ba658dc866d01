package dev.annals.events.identity;

import java.util.Set;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * An administrator said what a user may do.
 *
 * @param roles all that the user has from now on, perhaps none
 */
@Revision("1")
public record RolesAssigned(UUID userId, Set<Role> roles) implements UserEvent {}
