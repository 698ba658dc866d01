package dev.annals.command.identity;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;

import dev.annals.command.identity.PasswordResetCommand.RecordPasswordResetMail;
import dev.annals.command.identity.PasswordResetCommand.RequestPasswordReset;
import dev.annals.command.identity.reset.ResetTokens;
import dev.annals.events.identity.PasswordResetMailed;
import dev.annals.events.identity.PasswordResetRequested;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.spring.stereotype.Aggregate;

/**
 * A request for a new password. It is an aggregate of its own, since a request by a stranger must
 * not change the user's version. The newest request voids the token of an earlier one.
 */
@Aggregate
class PasswordReset {

  @AggregateIdentifier private UUID requestId;
  private UUID userId;
  private boolean mailed;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  void decide(RequestPasswordReset command, ResetTokens tokens) {
    tokens.supersede(command.userId(), command.requestId());
    apply(new PasswordResetRequested(command.requestId(), command.userId(), command.expiresAt()));
  }

  @CommandHandler
  void decide(RecordPasswordResetMail command) {
    if (!mailed) {
      apply(new PasswordResetMailed(requestId, userId));
    }
  }

  @EventSourcingHandler
  void evolve(PasswordResetRequested event) {
    requestId = event.requestId();
    userId = event.userId();
  }

  @EventSourcingHandler
  void evolve(PasswordResetMailed event) {
    mailed = true;
  }
}
