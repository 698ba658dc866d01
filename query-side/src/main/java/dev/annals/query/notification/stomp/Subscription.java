package dev.annals.query.notification.stomp;

import dev.annals.query.notification.InboxQueries;
import dev.annals.query.notification.NotificationView;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * One client's place in its user's inbox: the number of the last notification that it was sent.
 * What arrives is sent at once if it follows and the client is not busy; else the inbox is read
 * from there, by one thread at a time. For use by many threads.
 */
final class Subscription {

  /** Told in the place of more than it makes sense to send. */
  private static final String RESYNC = "{\"type\":\"Resync\"}";

  private static final int MAX_MISSED = 1_000;
  private static final int PAGE_SIZE = 50;

  private final UUID owner;
  private final String id;
  private final SendQueue sendQueue;
  private final InboxQueries inbox;
  private final Function<NotificationView, String> json;
  private final Runnable sent;
  private final Executor threads;
  private long cursor = -1;
  private long messages;
  private boolean reading = true;
  private boolean missed;
  private boolean ended;

  /**
   * Makes one that does not know its place yet; see {@link #start}.
   *
   * @param id what the client calls it
   * @param sent called for each message
   */
  Subscription(
      UUID owner,
      String id,
      SendQueue sendQueue,
      InboxQueries inbox,
      Function<NotificationView, String> json,
      Runnable sent,
      Executor threads) {
    this.owner = owner;
    this.id = id;
    this.sendQueue = sendQueue;
    this.inbox = inbox;
    this.json = json;
    this.sent = sent;
    this.threads = threads;
  }

  UUID owner() {
    return owner;
  }

  /**
   * Finds its place, unless it has ended meanwhile. It has to be among those who are told of what
   * arrives already: what comes meanwhile is noticed, and read afterwards.
   *
   * @param after the number of the last notification that the client has; without one it gets what
   *     is new from now on
   * @param placed called when whatever is stored from now on is certain to be sent
   */
  void start(OptionalLong after, Runnable placed) {
    if (hasEnded()) {
      placed.run();
      return;
    }
    long newest = inbox.newest(owner);
    boolean tooFar =
        after.isPresent()
            && (isGone(after.getAsLong())
                || inbox.countAfter(owner, after.getAsLong(), MAX_MISSED + 1) > MAX_MISSED);
    placed.run();
    synchronized (this) {
      cursor = tooFar ? newest : after.orElse(newest);
      if (tooFar) {
        send(RESYNC);
      }
    }
    read();
  }

  /** Something has arrived: it is sent now, or remembered as missed. */
  synchronized void push(Push push) {
    if (push.last() <= cursor) {
      return;
    }
    if (reading || sendQueue.isBusy() || push.previous() != cursor) {
      missed = true;
      wake();
    } else {
      push.bodies().forEach(this::send);
      cursor = push.last();
    }
  }

  /** Reads on if that number says that there may be more. */
  synchronized void check(long lastNumber) {
    missed |= lastNumber > cursor;
    wake();
  }

  /** Reads on if something was missed. */
  synchronized void wake() {
    if (missed && !reading && !ended && !sendQueue.isBusy()) {
      reading = true;
      threads.execute(this::read);
    }
  }

  synchronized void end() {
    ended = true;
  }

  private synchronized boolean hasEnded() {
    return ended;
  }

  private void read() {
    boolean done = false;
    try {
      while (!done) {
        done = readPage();
      }
    } finally {
      if (!done) {
        tryAgainLater();
      }
    }
  }

  private boolean readPage() {
    long from;
    synchronized (this) {
      missed = false;
      from = cursor;
    }
    List<NotificationView> page = inbox.after(owner, from, PAGE_SIZE);
    boolean follows = !page.isEmpty() && page.get(0).sequence() == from + 1;
    boolean gone = !follows && isGone(from);
    long newest = gone ? inbox.newest(owner) : from;
    synchronized (this) {
      if (gone) {
        send(RESYNC);
        cursor = newest;
        missed = true;
        page = List.of();
      }
      for (NotificationView notification : page) {
        send(json.apply(notification));
        cursor = notification.sequence();
      }
      missed |= page.size() == PAGE_SIZE;
      reading = missed && !ended && !sendQueue.isBusy();
      return !reading;
    }
  }

  /**
   * Whether what the client has last was cut off, or never there: then it may have more of that.
   */
  private boolean isGone(long number) {
    return number > 0 && !inbox.has(owner, number);
  }

  // The next check comes within seconds.
  private synchronized void tryAgainLater() {
    missed = true;
    reading = false;
  }

  private void send(String body) {
    if (!ended) {
      sendQueue.send(Frames.message(id, id + "-" + ++messages, body));
      sent.run();
    }
  }

  /**
   * What arrives, as it is sent to every subscription of its owner.
   *
   * @param previous the number before the first
   * @param last the number of the last
   */
  record Push(long previous, long last, List<String> bodies) {}
}
