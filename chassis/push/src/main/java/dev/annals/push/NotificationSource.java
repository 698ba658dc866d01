package dev.annals.push;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The numbered notifications of each user, which the endpoint pushes. Without this bean there is no
 * endpoint. A call may block, and throws a {@code DataAccessException} if the store is away.
 */
public interface NotificationSource {

  /** Returns the first notifications after a number, in order. */
  List<NotificationView> after(UUID owner, long sequence, int limit);

  /** Returns how many notifications come after a number, up to a limit. */
  long countAfter(UUID owner, long sequence, int limit);

  boolean has(UUID owner, long sequence);

  /**
   * Returns true if a reader at a number may miss notifications after it: some of them were
   * removed, or there is none of that number, since a restore cut it off.
   */
  default boolean isGone(UUID owner, long sequence) {
    return sequence > 0 && !has(owner, sequence);
  }

  /** Returns the number of the newest notification, also if it was removed; 0 before the first. */
  long newest(UUID owner);

  /** Returns the last reserved number; 0 before the first. No notification has a higher one. */
  default long last(UUID owner) {
    return lastNumbers(Set.of(owner)).getOrDefault(owner, 0L);
  }

  /**
   * Returns the last reserved number of each owner with notifications: a cheap way to see who may
   * have new ones. The notification of that number may not be stored yet, or ever.
   */
  Map<UUID, Long> lastNumbers(Collection<UUID> owners);

  /** Returns the values of {@link NotificationView#type()}. */
  List<String> types();
}
