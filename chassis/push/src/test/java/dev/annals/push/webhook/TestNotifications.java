package dev.annals.push.webhook;

import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationSource;
import dev.annals.push.NotificationView;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Inboxes in memory, of events that are stored in PostgreSQL. */
final class TestNotifications implements NotificationSource {

  private final Map<UUID, NavigableMap<Long, NotificationView>> inboxes = new ConcurrentHashMap<>();
  private final JdbcClient jdbc;
  private final Clock clock;

  TestNotifications(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** Stores an event. */
  String event(UUID aggregate, long version) {
    String id = UUID.randomUUID().toString();
    jdbc.sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type,
                                                   time_stamp, payload_type, payload, meta_data)
            values (?, ?, ?, 'T', '', 'T', '', '{}')
            """)
        .params(id, aggregate.toString(), version)
        .update();
    return id;
  }

  /** Adds a notification of a new event. */
  NotificationView add(UUID owner, String type) {
    return add(owner, event(UUID.randomUUID(), 0), type);
  }

  /** Adds a notification of a stored event. */
  NotificationView add(UUID owner, String event, String type) {
    NotificationView added =
        new NotificationView(
            event,
            newest(owner) + 1,
            type,
            new NotificationView.Resource("book", new UUID(9, 9).toString(), 3, "Emma"),
            clock.instant(),
            false);
    inbox(owner).put(added.sequence(), added);
    return added;
  }

  static NewNotifications announcement(UUID owner, NotificationView notification) {
    return new NewNotifications(owner, notification.sequence() - 1, List.of(notification));
  }

  /** Gives all notifications of a user new numbers, as after the loss of the inbox. */
  void renumber(UUID owner, long first) {
    List<NotificationView> all = new ArrayList<>(inbox(owner).values());
    inbox(owner).clear();
    for (int i = 0; i < all.size(); i++) {
      NotificationView it = all.get(i);
      inbox(owner)
          .put(
              first + i,
              new NotificationView(
                  it.id(), first + i, it.type(), it.resource(), it.occurredAt(), it.read()));
    }
  }

  void remove(UUID owner, long sequence) {
    inbox(owner).remove(sequence);
  }

  @Override
  public List<NotificationView> after(UUID owner, long sequence, int limit) {
    return inbox(owner).tailMap(sequence, false).values().stream().limit(limit).toList();
  }

  @Override
  public long countAfter(UUID owner, long sequence, int limit) {
    return after(owner, sequence, limit).size();
  }

  @Override
  public boolean has(UUID owner, long sequence) {
    return inbox(owner).containsKey(sequence);
  }

  @Override
  public long newest(UUID owner) {
    return inbox(owner).isEmpty() ? 0 : inbox(owner).lastKey();
  }

  @Override
  public Map<UUID, Long> lastNumbers(Collection<UUID> owners) {
    Map<UUID, Long> numbers = new HashMap<>();
    owners.forEach(owner -> numbers.put(owner, newest(owner)));
    return numbers;
  }

  @Override
  public List<String> types() {
    return List.of("BookAdded", "BookLent");
  }

  private NavigableMap<Long, NotificationView> inbox(UUID owner) {
    return inboxes.computeIfAbsent(owner, it -> new ConcurrentSkipListMap<>());
  }
}
