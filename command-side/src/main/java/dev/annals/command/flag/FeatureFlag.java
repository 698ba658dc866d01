package dev.annals.command.flag;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import dev.annals.base.flag.Flag;
import dev.annals.events.flag.FlagSwitched;
import dev.annals.eventstore.flag.FlagState;
import dev.annals.eventstore.flag.Flags;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.NameBasedUuids;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

/** A flag that was switched at least once. */
@Aggregate
@Revision("1")
class FeatureFlag {

  @AggregateIdentifier
  @SuppressWarnings("UnusedVariable") // Axon reads it.
  private UUID flagId;

  private boolean enabled = FlagState.INITIAL.enabled();
  private int percentage = FlagState.INITIAL.percentage();
  private List<UUID> users = FlagState.INITIAL.users();

  record SwitchFlag(Flag flag, IfMatch ifMatch, boolean enabled, int percentage, List<UUID> users) {

    @TargetAggregateIdentifier
    UUID flagId() {
      return Flags.idOf(flag);
    }
  }

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.CREATE_IF_MISSING)
  FlagState decide(SwitchFlag command) {
    command.ifMatch().require(version());
    boolean changes =
        enabled != command.enabled()
            || percentage != command.percentage()
            || !users.equals(command.users());
    if (changes) {
      apply(
          new FlagSwitched(
              command.flag().key(), command.enabled(), command.percentage(), command.users()));
    }
    return new FlagState(enabled, percentage, users, version());
  }

  @EventSourcingHandler
  void evolve(FlagSwitched event) {
    flagId = NameBasedUuids.of("flag", event.key());
    enabled = event.enabled();
    percentage = event.percentage();
    users = event.users();
  }

  private static long version() {
    Long version = getVersion();
    return version == null ? FlagState.INITIAL.version() : version;
  }
}
