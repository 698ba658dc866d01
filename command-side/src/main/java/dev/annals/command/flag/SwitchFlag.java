package dev.annals.command.flag;

import dev.annals.platform.flag.Flag;
import dev.annals.platform.web.IfMatch;
import java.util.List;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

record SwitchFlag(Flag flag, IfMatch ifMatch, boolean enabled, int percentage, List<UUID> users) {

  @TargetAggregateIdentifier
  UUID flagId() {
    return flag.aggregateId();
  }
}
