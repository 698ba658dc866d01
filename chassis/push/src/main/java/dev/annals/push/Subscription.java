package dev.annals.push;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A client's cursor in its user's inbox: the number of the last notification that was sent. New
 * notifications are sent at once if they follow the cursor and the client is not busy; else the
 * inbox is read from the cursor, by one thread at a time. Thread-safe.
 */
final class Subscription {

  private static final int MAX_MISSED = 1_000;
  private static final int PAGE_SIZE = 50;

  private final UUID owner;
  private final NotificationSink sink;
  private final NotificationSource inbox;
  private final Function<NotificationView, String> json;
  private final Executor threads;
  private long cursor = -1;
  private boolean reading = true;
  private boolean missed;
  private boolean ended;

  /** Creates one without a cursor; see {@link #start}. */
  Subscription(
      UUID owner,
      NotificationSink sink,
      NotificationSource inbox,
      Function<NotificationView, String> json,
      Executor threads) {
    this.owner = owner;
    this.sink = sink;
    this.inbox = inbox;
    this.json = json;
    this.threads = threads;
  }

  UUID owner() {
    return owner;
  }

  /**
   * Sets the cursor, unless the subscription has ended meanwhile. It must be registered for new
   * notifications before: those that arrive meanwhile are noticed, and read afterwards.
   *
   * @param after the number of the last notification that the client has; if empty, it gets only
   *     later ones
   * @param placed called when all notifications stored from now on are certain to be sent
   */
  void start(OptionalLong after, Runnable placed) {
    if (hasEnded()) {
      placed.run();
      return;
    }
    long newest = inbox.newest(owner);
    boolean tooFar =
        after.isPresent()
            && (isUnknown(after.getAsLong())
                || inbox.isGone(owner, after.getAsLong())
                || inbox.countAfter(owner, after.getAsLong(), MAX_MISSED + 1) > MAX_MISSED);
    placed.run();
    synchronized (this) {
      cursor = tooFar ? newest : after.orElse(newest);
      if (tooFar) {
        sendResync();
      }
    }
    read();
  }

  /** Sends new notifications now, or remembers that they were missed. */
  synchronized void push(Push push) {
    if (push.last() <= cursor) {
      return;
    }
    if (reading || sink.isBusy() || push.previous() != cursor) {
      missed = true;
      wake();
    } else {
      push.messages().forEach(this::send);
    }
  }

  /** Reads on if that number is after the cursor. */
  synchronized void check(long lastNumber) {
    missed |= lastNumber > cursor;
    wake();
  }

  /** Reads on if something was missed. */
  synchronized void wake() {
    if (missed && !reading && !ended && !sink.isBusy()) {
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
    boolean follows = !page.isEmpty() && page.get(page.size() - 1).sequence() == from + page.size();
    boolean gone = !follows && inbox.isGone(owner, from);
    long newest = gone ? inbox.newest(owner) : from;
    synchronized (this) {
      if (gone) {
        cursor = newest;
        sendResync();
        missed = true;
        page = List.of();
      }
      for (NotificationView notification : page) {
        send(new Message(notification.sequence(), json.apply(notification)));
      }
      missed |= page.size() == PAGE_SIZE;
      reading = missed && !ended && !sink.isBusy();
      return !reading;
    }
  }

  /** Returns true if the client's last notification was removed or cut off, or never existed. */
  private boolean isUnknown(long number) {
    return number > 0 && !inbox.has(owner, number);
  }

  // The next check comes within seconds.
  private synchronized void tryAgainLater() {
    missed = true;
    reading = false;
  }

  private void sendResync() {
    if (!ended) {
      sink.sendResync(cursor);
    }
  }

  private void send(Message message) {
    if (!ended) {
      sink.sendNotification(message.sequence(), message.json());
    }
    cursor = message.sequence();
  }

  /** An encoded notification. */
  record Message(long sequence, String json) {}

  /**
   * New notifications, encoded for every subscription of their owner.
   *
   * @param previous the number before the first
   */
  record Push(long previous, List<Message> messages) {

    long last() {
      return messages.get(messages.size() - 1).sequence();
    }
  }
}
