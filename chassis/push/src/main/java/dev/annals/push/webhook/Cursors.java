package dev.annals.push.webhook;

import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.push.NotificationSource;
import dev.annals.push.NotificationView;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Finds where the deliveries of a webhook begin and continue. */
record Cursors(DeliveryStore store, NotificationSource notifications, StoredEvents events) {

  // Notifications of events that are stored at the same time may be out of order.
  private static final int MARGIN = 100;

  /**
   * Returns the cursor of an enabled webhook. A new one, and one that was enabled again, begins
   * after the event that enabled it.
   *
   * @return empty if that event cannot be seen yet
   */
  Optional<Cursor> of(Webhook webhook) {
    Optional<Cursor> known = find(webhook.id());
    if (known.filter(it -> it.enabledVersion() >= webhook.enabledVersion()).isPresent()) {
      return known;
    }
    long position = events.position(webhook.id().toString(), webhook.enabledVersion());
    if (position < 0) {
      return Optional.empty();
    }
    store.begin(webhook, position, before(webhook.owner(), position));
    return find(webhook.id());
  }

  private Optional<Cursor> find(UUID webhook) {
    return Optional.ofNullable(store.cursors(Set.of(webhook)).get(webhook));
  }

  /** Returns a number close below those of the notifications of later events than a position. */
  private long before(UUID owner, long position) {
    long low = 0;
    long high = notifications.newest(owner);
    while (high - low > MARGIN) {
      long middle = low + (high - low) / 2;
      List<NotificationView> next = notifications.after(owner, middle, 1);
      if (next.isEmpty() || position(next.get(0)) > position) {
        high = middle;
      } else {
        low = next.get(0).sequence();
      }
    }
    return Math.max(0, low - MARGIN);
  }

  private long position(NotificationView notification) {
    return events.positions(Set.of(notification.id())).getOrDefault(notification.id(), 0L);
  }
}
