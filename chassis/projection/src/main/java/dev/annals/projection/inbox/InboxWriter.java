package dev.annals.projection.inbox;

import dev.annals.projection.write.BatchWrite;
import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationListener;
import dev.annals.push.NotificationView;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects the writes of a batch of events to the inboxes. For the event handlers of a projection
 * in the processing group {@link Inbox#NAME}, which is never replayed.
 */
public record InboxWriter(Inbox inbox, List<NotificationListener> listeners) {

  private static final Logger log = LoggerFactory.getLogger(InboxWriter.class);

  /** Adds a notification of an event. */
  public void add(DomainEventMessage<?> event, UUID owner) {
    Writes writes = writes(event, owner);
    writes.drafts.add(inbox.draft(event, owner.toString()));
    writes.traces.put(event.getIdentifier(), Context.current());
  }

  /** Marks the notification of a resource's version as read, because of an event. */
  public void markRead(UUID resource, long version, UUID owner, DomainEventMessage<?> event) {
    writes(event, owner)
        .read
        .add(
            new ReadReceipt(
                resource.toString(),
                version,
                owner.toString(),
                event.getTimestamp(),
                event.getAggregateIdentifier(),
                event.getSequenceNumber()));
  }

  /** Marks all notifications before an event as read. */
  public void markAllRead(UUID owner, DomainEventMessage<?> event) {
    Writes writes = writes();
    String user = owner.toString();
    writes.endRun();
    writes.owners.add(user);
    writes.runs.add(
        (erased, extendClaim) -> {
          if (!erased.contains(user)) {
            inbox.markAllRead(user, event.getSequenceNumber(), event.getTimestamp());
          }
        });
  }

  /** Deletes an erased user's inbox. */
  public void drop(UUID owner) {
    writes().runs.add((erased, extendClaim) -> inbox.drop(Set.of(owner.toString()), extendClaim));
  }

  private Writes writes(DomainEventMessage<?> event, UUID owner) {
    Writes writes = writes();
    writes.owners.add(owner.toString());
    writes.ownerOf.put(event.getAggregateIdentifier(), owner.toString());
    return writes;
  }

  private Writes writes() {
    UnitOfWork<?> batch = CurrentUnitOfWork.get().root();
    return batch.getOrComputeResource(
        Inbox.NAME,
        name -> {
          Writes first = new Writes();
          batch.afterCommit(committed -> first.announce());
          return first;
        });
  }

  /**
   * An event that marks an entry as read.
   *
   * @param resource of the entry
   * @param version of the entry
   * @param owner of the inbox
   * @param at when the event happened
   * @param aggregateId of the event
   * @param sequence of the event
   */
  record ReadReceipt(
      String resource, long version, String owner, Instant at, String aggregateId, long sequence) {

    /** Returns the entry's id. */
    String entry() {
      return NotificationDocument.id(resource, version);
    }
  }

  /**
   * The writes of a batch. They are one run, unless the batch marks all entries as read: that ends
   * a run, since it applies to the entries before it.
   */
  private final class Writes implements BatchWrite {

    private final List<FailedEvent> failed = new ArrayList<>();

    /** Each takes the erased owners, and the action that keeps the claim of the segment. */
    private final List<BiConsumer<Set<String>, Runnable>> runs = new ArrayList<>();

    private final Set<String> owners = new HashSet<>();
    private final Map<String, String> ownerOf = new HashMap<>();
    private final List<NewNotifications> news = new ArrayList<>();

    /** The trace of each event, by its identifier: a push belongs to it. */
    private final Map<String, Context> traces = new HashMap<>();

    private List<NotificationDocument> drafts = new ArrayList<>();
    private List<ReadReceipt> read = new ArrayList<>();

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
      }
      drafts = new ArrayList<>();
      read = new ArrayList<>();
    }

    @Override
    public List<FailedEvent> write(Runnable extendClaim) {
      endRun();
      Set<String> before = inbox.knownErased(owners);
      runs.forEach(run -> run.accept(before, extendClaim));
      // Another process may have claimed the segment and deleted these entries; or an earlier
      // attempt wrote them, and ended before its second look.
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
    private void announce() {
      for (NewNotifications arrival : news) {
        for (NotificationListener listener : listeners) {
          try (Scope last = trace(arrival).makeCurrent()) {
            listener.onNewNotifications(arrival);
          } catch (RuntimeException failure) {
            // The inbox has the entries, and each listener checks it from time to time.
            log.warn("New notifications of {} could not be pushed", arrival.owner(), failure);
          }
        }
      }
    }

    /** Returns the trace of the last notification: a push has one parent. */
    private Context trace(NewNotifications arrival) {
      List<NotificationView> all = arrival.notifications();
      return traces.getOrDefault(all.get(all.size() - 1).id(), Context.current());
    }
  }
}
