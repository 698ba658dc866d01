package dev.annals.audit;

import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.push.EventSink;
import dev.annals.push.EventStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The streams of events in this process. They share one look for the end of the log, after commits
 * and every two seconds, since a signal of a commit can be lost.
 */
final class LogStreams {

  private static final Logger log = LoggerFactory.getLogger(LogStreams.class);

  /** Commits within this time share a look. */
  private static final Duration LOOK_DELAY = Duration.ofMillis(100);

  private static final Duration POLL_INTERVAL = Duration.ofSeconds(2);

  private final Set<LogStream> open = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final EventLog events;
  private final JsonMapper json;
  private final PeriodicTasks tasks;
  private final Runnable polling;

  LogStreams(EventLog events, JsonMapper json, CommitSignal signal, PeriodicTasks tasks) {
    this.events = events;
    this.json = json;
    this.tasks = tasks;
    this.polling = tasks.runWhile(() -> !open.isEmpty(), POLL_INTERVAL, this::look);
    signal.subscribe(this::lookSoon);
  }

  /**
   * Starts a stream.
   *
   * @param after the position after which it begins
   */
  EventStream.Source open(EventFilter filter, long after, EventSink sink) {
    LogStream added =
        new LogStream(
            sink,
            (from, last) -> events.next(filter, from, last),
            json::writeValueAsString,
            after,
            open::remove);
    open.add(added);
    polling.run();
    lookSoon();
    return added;
  }

  private void lookSoon() {
    if (!open.isEmpty() && scheduled.compareAndSet(false, true)) {
      tasks.runAfter(LOOK_DELAY, this::look);
    }
  }

  private void look() {
    scheduled.set(false);
    try {
      long end = events.end();
      open.forEach(stream -> stream.readTo(end));
    } catch (DataAccessException away) {
      log.debug("The end of the log cannot be found now", away);
    }
  }
}
