package dev.annals.command.flag;

import dev.annals.platform.flag.Flag;
import dev.annals.platform.flag.FlagState;
import java.util.List;
import java.util.UUID;

/** A flag in a response. */
record FlagDetails(
    String key,
    String description,
    boolean enabled,
    int percentage,
    List<UUID> users,
    long version) {

  static FlagDetails of(Flag flag, FlagState state) {
    return new FlagDetails(
        flag.key(),
        flag.description(),
        state.enabled(),
        state.percentage(),
        state.users(),
        state.version());
  }
}
