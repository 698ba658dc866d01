package dev.annals.eventstore.flag;

import dev.annals.base.flag.Flag;
import dev.annals.http.web.NameBasedUuids;
import java.util.List;
import java.util.UUID;

/**
 * The state of a feature flag.
 *
 * @param percentage the share of users for whom an enabled flag is on, 0 to 100
 * @param users the users for whom the flag is always on
 * @param version the flag's version; -1 if it was never switched
 */
public record FlagState(boolean enabled, int percentage, List<UUID> users, long version) {

  /** The state of a flag that was never switched: on for all users. */
  public static final FlagState INITIAL = new FlagState(true, 100, List.of(), -1);

  public FlagState {
    users = List.copyOf(users);
  }

  /**
   * Returns whether a feature is on for a user. A growing percentage never switches it off for a
   * user, and each feature has another order of users.
   */
  boolean isOn(Flag flag, UUID user) {
    return users.contains(user) || (enabled && bucket(flag, user) < percentage);
  }

  private static int bucket(Flag flag, UUID user) {
    UUID hash = NameBasedUuids.of("flag", flag.key(), user.toString());
    // Uses the 48 bits before the version of the UUID.
    return (int) ((hash.getMostSignificantBits() >>> 16) % 100);
  }
}
