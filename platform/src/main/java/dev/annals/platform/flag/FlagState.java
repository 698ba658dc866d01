package dev.annals.platform.flag;

import dev.annals.platform.web.NameBasedUuids;
import java.util.List;
import java.util.UUID;

/**
 * How a flag is switched.
 *
 * @param percentage of users, 0 to 100; counts while it is enabled
 * @param users for whom it is on in any case
 * @param version of the flag; -1 if it was never switched
 */
public record FlagState(boolean enabled, int percentage, List<UUID> users, long version) {

  /** On for everybody: how each flag is before it is switched. */
  public static final FlagState INITIAL = new FlagState(true, 100, List.of(), -1);

  public FlagState {
    users = List.copyOf(users);
  }

  /**
   * Whether the feature is on for the user. As the percentage grows nobody loses it, and the first
   * to get one feature are not the first to get another.
   */
  boolean isOn(Flag flag, UUID user) {
    return users.contains(user) || (enabled && place(flag, user) < percentage);
  }

  /** The user's place among a hundred for this flag, 0 to 99. */
  private static int place(Flag flag, UUID user) {
    UUID hash = NameBasedUuids.of("flag", flag.key(), user.toString());
    // Of the 48 bits that come before the version of the id.
    return (int) ((hash.getMostSignificantBits() >>> 16) % 100);
  }
}
