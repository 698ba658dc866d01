package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import dev.annals.platform.web.IfMatch;
import java.util.Set;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record AssignRoles(@TargetAggregateIdentifier UUID userId, IfMatch ifMatch, Set<Role> roles) {}
