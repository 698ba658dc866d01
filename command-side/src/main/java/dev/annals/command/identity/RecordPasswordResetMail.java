package dev.annals.command.identity;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/** To be sent once a mail server has taken the mail. */
record RecordPasswordResetMail(@TargetAggregateIdentifier UUID requestId) {}
