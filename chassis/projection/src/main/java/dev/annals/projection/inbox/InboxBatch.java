package dev.annals.projection.inbox;

import dev.annals.projection.write.BatchWrite;
import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationListener;
import dev.annals.push.NotificationView;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writes of a batch of events to the inboxes. They are one run, unless the batch marks all
 * entries as read: that ends a run, since it applies to the entries before it.
 */
final class InboxBatch implements BatchWrite {

  private static final Logger log = LoggerFactory.getLogger(InboxBatch.class);

  private final Inbox inbox;
  private final NotificationListener listener;
  private final List<FailedEvent> failed = new ArrayList<>();

  /** Each takes the erased owners, and what keeps the claim of the segment. */
  private final List<BiConsumer<Set<String>, Runnable>> runs = new ArrayList<>();

  private final Set<String> owners = new HashSet<>();
  private final Map<String, String> ownerOf = new HashMap<>();
  private final List<NewNotifications> news = new ArrayList<>();

  /** The trace of each event, by its identifier: a push belongs to it. */
  private final Map<String, Context> traces = new HashMap<>();

  private List<NotificationDocument> drafts = new ArrayList<>();
  private List<ReadReceipt> read = new ArrayList<>();

  /**
   * An event that marks an entry as read.
   *
   * @param entry the entry's id
   * @param owner of the inbox
   * @param aggregateId of the event
   * @param sequence of the event
   */
  record ReadReceipt(String entry, String owner, String aggregateId, long sequence) {}

  InboxBatch(Inbox inbox, NotificationListener listener) {
    this.inbox = inbox;
    this.listener = listener;
  }

  void add(NotificationDocument draft) {
    owners.add(draft.owner());
    ownerOf.put(draft.resourceId(), draft.owner());
    drafts.add(draft);
    traces.put(draft.eventId(), Context.current());
  }

  void markRead(ReadReceipt receipt) {
    owners.add(receipt.owner());
    ownerOf.put(receipt.aggregateId(), receipt.owner());
    read.add(receipt);
  }

  void markAllRead(String owner, long event) {
    endRun();
    owners.add(owner);
    runs.add(
        (erased, extendClaim) -> {
          if (!erased.contains(owner)) {
            inbox.markAllRead(owner, event);
          }
        });
  }

  void drop(String owner) {
    runs.add((erased, extendClaim) -> inbox.drop(Set.of(owner), extendClaim));
  }

  private void endRun() {
    List<NotificationDocument> added = drafts;
    List<ReadReceipt> marked = read;
    if (!added.isEmpty() || !marked.isEmpty()) {
      runs.add(
          (erased, extendClaim) -> {
            added.removeIf(draft -> erased.contains(draft.owner()));
            marked.removeIf(receipt -> erased.contains(receipt.owner()));
            news.addAll(inbox.add(added, failed));
            inbox.markRead(marked, failed);
          });
      drafts = new ArrayList<>();
      read = new ArrayList<>();
    }
  }

  @Override
  public List<FailedEvent> write(Runnable extendClaim) {
    endRun();
    Set<String> before = inbox.erased(owners);
    runs.forEach(run -> run.accept(before, extendClaim));
    // Another process may have claimed the segment and deleted these entries; or an earlier attempt
    // wrote them, and ended before its second look.
    Set<String> erased = inbox.erased(owners);
    if (!erased.isEmpty()) {
      inbox.drop(erased, extendClaim);
      news.removeIf(arrival -> erased.contains(arrival.owner().toString()));
    }
    inbox.signalWrite();
    // A missing entry of an erased user is not the event's fault.
    failed.removeIf(it -> erased.contains(ownerOf.get(it.aggregateId())));
    return failed;
  }

  /** Announces the new notifications; called once they are certain to stay. */
  void announce() {
    for (NewNotifications arrival : news) {
      try (Scope last = trace(arrival).makeCurrent()) {
        listener.onNewNotifications(arrival);
      } catch (RuntimeException failure) {
        // The inbox has the entries, and each subscription checks it from time to time.
        log.warn("New notifications of {} could not be pushed", arrival.owner(), failure);
      }
    }
  }

  /** Returns the trace of the last notification: a push has one parent. */
  private Context trace(NewNotifications arrival) {
    List<NotificationView> notifications = arrival.notifications();
    return traces.getOrDefault(notifications.get(notifications.size() - 1).id(), Context.current());
  }
}
