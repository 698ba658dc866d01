package dev.annals.query.notification;

import dev.annals.query.model.BatchWrite;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a batch of events does to inboxes. It is one run of entries as a rule; a reading of all ends
 * a run, since what it is about is what was written before it.
 */
final class InboxBatch implements BatchWrite {

  private static final Logger log = LoggerFactory.getLogger(InboxBatch.class);

  private final Inbox inbox;
  private final Arrivals arrivals;
  private final List<Runnable> runs = new ArrayList<>();
  private final List<Arrival> news = new ArrayList<>();
  private List<NotificationDocument> drafts = new ArrayList<>();
  private List<String> read = new ArrayList<>();

  InboxBatch(Inbox inbox, Arrivals arrivals) {
    this.inbox = inbox;
    this.arrivals = arrivals;
  }

  void add(NotificationDocument draft) {
    drafts.add(draft);
  }

  void markRead(String id) {
    read.add(id);
  }

  void markAllRead(String owner, long event) {
    endRun();
    runs.add(() -> inbox.markAllRead(owner, event));
  }

  private void endRun() {
    List<NotificationDocument> added = drafts;
    List<String> marked = read;
    if (!added.isEmpty() || !marked.isEmpty()) {
      runs.add(
          () -> {
            news.addAll(inbox.add(added));
            inbox.markRead(marked);
          });
      drafts = new ArrayList<>();
      read = new ArrayList<>();
    }
  }

  @Override
  public void write() {
    endRun();
    runs.forEach(Runnable::run);
    inbox.writes().happened();
  }

  /** Tells of what was new; to be called when it is certain to stay. */
  void announce() {
    for (Arrival arrival : news) {
      try {
        arrivals.arrived(arrival);
      } catch (RuntimeException failure) {
        // The entries are in the inbox, where whoever pushes looks for itself from time to time.
        log.warn("{} could not be told of new notifications", arrival.owner(), failure);
      }
    }
  }
}
