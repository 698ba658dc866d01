package dev.annals.command.identity;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record DisableUser(@TargetAggregateIdentifier UUID userId) {}
