package dev.annals.push;

import java.util.Collection;
import java.util.List;
import java.util.Map;
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

  /** Returns the number of the newest notification; 0 if there is none. */
  long newest(UUID owner);

  /**
   * Returns the last reserved number of each owner with notifications: a cheap way to see who may
   * have new ones. The notification of that number may not be stored yet, or ever.
   */
  Map<UUID, Long> lastNumbers(Collection<UUID> owners);

  /** Returns the values of {@link NotificationView#type()}. */
  List<String> types();
}
