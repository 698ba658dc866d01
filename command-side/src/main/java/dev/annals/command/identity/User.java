package dev.annals.command.identity;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import dev.annals.events.identity.Role;
import dev.annals.events.identity.UserRegistered;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

@Aggregate(snapshotTriggerDefinition = "everyHundredEvents")
@Revision("1")
class User {

  @AggregateIdentifier @Subject private UUID userId;
  @Personal private String email;
  @Personal private String displayName;
  private Set<Role> roles;

  // The account's rows and the event commit together, or not at all.
  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  UserDetails decide(RegisterUser command, Accounts accounts) {
    accounts.open(command.userId(), command.email(), command.passwordHash());
    apply(
        new UserRegistered(
            command.userId(), command.email(), command.displayName(), command.roles()));
    return details();
  }

  @EventSourcingHandler
  void evolve(UserRegistered event) {
    userId = event.userId();
    email = event.email();
    displayName = event.displayName();
    roles = EnumSet.copyOf(event.roles());
  }

  UserDetails details() {
    return new UserDetails(userId, email, displayName, roles, false, "UTC", 7, getVersion());
  }
}
