package dev.annals.audit;

import dev.annals.audit.EventLog.LogPage;
import dev.annals.push.EventSink;
import dev.annals.push.EventStream;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client's cursor in the log. Events are read from it up to the end of the log, one page at a
 * time as the client accepts them, by one thread at a time. Thread-safe.
 */
final class LogStream implements EventStream.Source {

  private final EventSink sink;
  private final Pages pages;
  private final Function<AuditedEvent, String> json;
  private final Consumer<LogStream> onEnd;
  private long cursor;
  private long end;
  private boolean reading;
  private boolean ended;

  /** The events of a stream. */
  @FunctionalInterface
  interface Pages {

    /** Returns the first events in a range; the first position is exclusive, the last inclusive. */
    LogPage read(long after, long last);
  }

  /**
   * Creates a stream.
   *
   * @param cursor the position after which it begins
   */
  LogStream(
      EventSink sink,
      Pages pages,
      Function<AuditedEvent, String> json,
      long cursor,
      Consumer<LogStream> onEnd) {
    this.sink = sink;
    this.pages = pages;
    this.json = json;
    this.cursor = cursor;
    this.onEnd = onEnd;
  }

  /** Sends all events up to a position, the end of the log. */
  synchronized void readTo(long position) {
    end = Math.max(end, position);
    wake();
  }

  @Override
  public synchronized void wake() {
    if (!reading && hasMore()) {
      reading = true;
      sink.executor().execute(this::read);
    }
  }

  private boolean hasMore() {
    return cursor < end && !ended && !sink.isBusy();
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
    long last;
    synchronized (this) {
      from = cursor;
      last = end;
    }
    LogPage page = pages.read(from, last);
    synchronized (this) {
      if (!ended) {
        page.events().forEach(it -> sink.send("event", it.position(), json.apply(it)));
      }
      cursor = page.next() == null ? last : page.next();
      reading = hasMore();
      return !reading;
    }
  }

  // The next look comes within seconds.
  private synchronized void tryAgainLater() {
    reading = false;
  }

  @Override
  public void end() {
    synchronized (this) {
      ended = true;
    }
    onEnd.accept(this);
  }
}
