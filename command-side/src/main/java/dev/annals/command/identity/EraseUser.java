package dev.annals.command.identity;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** Destroys the user's key, and with it their account and their sessions; the rest follows. */
record EraseUser(@TargetAggregateIdentifier UUID userId) {}
