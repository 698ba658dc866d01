package dev.annals.push;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Inboxes in memory, which count their queries. */
final class TestInbox implements NotificationSource {

  private final Map<UUID, NavigableMap<Long, NotificationView>> inboxes = new HashMap<>();
  private final Map<UUID, Long> last = new HashMap<>();
  private Runnable onRead = () -> {};
  private int reads;

  /** Adds some notifications, and returns their announcement. */
  NewNotifications add(UUID owner, int count) {
    long previous = last.getOrDefault(owner, 0L);
    List<NotificationView> added = new ArrayList<>();
    for (long number = previous + 1; number <= previous + count; number++) {
      added.add(notification(number));
    }
    added.forEach(it -> inbox(owner).put(it.sequence(), it));
    last.put(owner, previous + count);
    return new NewNotifications(owner, previous, added);
  }

  static NotificationView notification(long number) {
    NotificationView.Resource note =
        new NotificationView.Resource("note", UUID.randomUUID().toString(), 0, "T");
    return new NotificationView(
        UUID.randomUUID().toString(), number, "NoteCreated", note, Instant.EPOCH, false);
  }

  /** Deletes all notifications from a number on, like a cut after a restore. */
  void cutOff(UUID owner, long first) {
    inbox(owner).tailMap(first, true).clear();
    last.merge(owner, 1L, Long::sum);
  }

  /** Sets a callback between the read of a page and its return. */
  TestInbox onRead(Runnable read) {
    onRead = read;
    return this;
  }

  /** Returns the number of queries since {@link #forgetReads}. */
  int reads() {
    return reads;
  }

  void forgetReads() {
    reads = 0;
  }

  @Override
  public List<NotificationView> after(UUID owner, long sequence, int limit) {
    List<NotificationView> page =
        read(owner).tailMap(sequence, false).values().stream().limit(limit).toList();
    onRead.run();
    return page;
  }

  @Override
  public long countAfter(UUID owner, long sequence, int limit) {
    return Math.min(limit, read(owner).tailMap(sequence, false).size());
  }

  @Override
  public boolean has(UUID owner, long sequence) {
    return read(owner).containsKey(sequence);
  }

  @Override
  public long newest(UUID owner) {
    return Optional.ofNullable(read(owner).lastEntry()).map(Map.Entry::getKey).orElse(0L);
  }

  @Override
  public Map<UUID, Long> lastNumbers(Collection<UUID> owners) {
    reads++;
    Map<UUID, Long> numbers = new HashMap<>(last);
    numbers.keySet().retainAll(owners);
    return numbers;
  }

  @Override
  public List<String> types() {
    return List.of("NoteCreated");
  }

  private NavigableMap<Long, NotificationView> read(UUID owner) {
    reads++;
    return inbox(owner);
  }

  private NavigableMap<Long, NotificationView> inbox(UUID owner) {
    return inboxes.computeIfAbsent(owner, it -> new TreeMap<>());
  }
}
