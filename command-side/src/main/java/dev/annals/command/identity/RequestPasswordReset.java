package dev.annals.command.identity;

import java.time.Instant;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record RequestPasswordReset(
    @TargetAggregateIdentifier UUID requestId, UUID userId, Instant expiresAt) {}
