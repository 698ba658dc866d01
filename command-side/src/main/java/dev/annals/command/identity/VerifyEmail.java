package dev.annals.command.identity;

import java.util.Optional;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Takes the user's address for theirs.
 *
 * @param token what proves it; empty where the operator does
 */
record VerifyEmail(@TargetAggregateIdentifier UUID userId, Optional<OpaqueToken> token) {}
