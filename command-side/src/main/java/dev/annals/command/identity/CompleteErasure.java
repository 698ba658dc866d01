package dev.annals.command.identity;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** To be sent once the files of an erased user are gone. */
record CompleteErasure(@TargetAggregateIdentifier UUID userId) {}
