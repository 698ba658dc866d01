package dev.annals.eventstore.axon;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * A stream of the latest events, which are read, decrypted and deserialized once for all processors
 * of this process that have caught up. There is no background thread: the first follower that runs
 * out of events queries the store on behalf of all, but only after a signalled commit or two
 * seconds.
 *
 * <p>Each token is derived from the one before, so a follower from a position of the stream sees
 * all later events, late commits included. Thread-safe; a refresh blocks the other followers.
 */
final class SharedEventStream {

  private static final int MAX_EVENTS = 512;

  /** The maximum stored bytes of buffered events. The last event is always kept. */
  static final int MAX_BYTES = 2 << 20;

  private static final long POLL_NANOS = Duration.ofSeconds(2).toNanos();

  private final StreamableMessageSource<TrackedEventMessage<?>> store;
  private final LongSupplier commits;
  private final LongSupplier nanos;
  private final ToIntFunction<EventMessage<?>> size;
  private final List<TrackedEventMessage<?>> events = new ArrayList<>();
  // The number of the first buffered event. Numbers are local to this object.
  private long first;
  private TrackingToken beforeFirst;
  private BlockingStream<TrackedEventMessage<?>> stream;
  // The stored bytes of all buffered events.
  private long bytes;
  private int followers;
  private long commitsSeen;
  private long refreshedAt;

  /**
   * Creates an empty stream.
   *
   * @param store the source of events
   * @param commits the number of commits signalled so far
   * @param nanos the time, such as {@link System#nanoTime}
   * @param size the stored bytes of an event
   */
  SharedEventStream(
      StreamableMessageSource<TrackedEventMessage<?>> store,
      LongSupplier commits,
      LongSupplier nanos,
      ToIntFunction<EventMessage<?>> size) {
    this.store = store;
    this.commits = commits;
    this.nanos = nanos;
    this.size = size;
  }

  /**
   * Adds a follower from a position on.
   *
   * @return empty if the stream was never at that position or no longer buffers the next event
   */
  synchronized Optional<Follower> follow(TrackingToken position) {
    if (followers == 0) {
      clear();
      beforeFirst = position;
    }
    TrackingToken token = beforeFirst;
    int passed = 0;
    while (!isAt(token, position)) {
      if (passed == events.size()) {
        return Optional.empty();
      }
      token = events.get(passed).trackingToken();
      passed++;
    }
    return Optional.of(new Follower(first + passed));
  }

  // If the stream's token has more gaps than the follower's, late events may be shown twice, which
  // the processor ignores. With fewer gaps some would be missed.
  private static boolean isAt(TrackingToken token, TrackingToken position) {
    if (token == null || position == null) {
      return token == position;
    }
    // A gap missing in the stream's token may have been filled or dropped.
    if (token instanceof GapAwareTrackingToken shared
        && position instanceof GapAwareTrackingToken at) {
      return shared.getIndex() == at.getIndex() && shared.getGaps().containsAll(at.getGaps());
    }
    return token.equals(position);
  }

  /** Returns the identifier of the event at a position, if the event is buffered. */
  synchronized Optional<String> identifierAt(long position) {
    // The last events first. One that was committed late has the position of the event before it.
    for (int i = events.size() - 1; i >= 0; i--) {
      TrackingToken before = i == 0 ? beforeFirst : events.get(i - 1).trackingToken();
      if (isMovedTo(position, before, events.get(i).trackingToken())) {
        return Optional.of(events.get(i).getIdentifier());
      }
    }
    return Optional.empty();
  }

  private static boolean isMovedTo(long position, TrackingToken before, TrackingToken token) {
    return token.position().orElse(-1) == position
        && (before == null || before.position().orElse(-1) < position);
  }

  /** A reader of this stream, for one thread at a time. */
  final class Follower implements AutoCloseable {

    private long next;
    private TrackedEventMessage<?> peeked;

    private Follower(long next) {
      this.next = next;
      followers++;
    }

    /**
     * Returns the next event, if it is stored by now.
     *
     * @throws RuntimeException of the store, if it cannot be queried
     */
    Optional<TrackedEventMessage<?>> peek() {
      if (peeked == null) {
        synchronized (SharedEventStream.this) {
          peeked = find(next);
        }
      }
      return Optional.ofNullable(peeked);
    }

    /** Returns whether the next event is no longer buffered. */
    boolean isBehind() {
      if (peeked != null) {
        return false;
      }
      synchronized (SharedEventStream.this) {
        return next < first;
      }
    }

    /** Returns the event that {@link #peek} returned and moves on. */
    TrackedEventMessage<?> take() {
      TrackedEventMessage<?> event = peeked;
      peeked = null;
      next++;
      return event;
    }

    @Override
    public void close() {
      synchronized (SharedEventStream.this) {
        followers--;
        if (followers == 0) {
          closeStream();
        }
      }
    }
  }

  private TrackedEventMessage<?> find(long number) {
    if (number == first + events.size() && isRefreshDue()) {
      refresh();
    }
    long index = number - first;
    return index >= 0 && index < events.size() ? events.get((int) index) : null;
  }

  private boolean isRefreshDue() {
    return commits.getAsLong() != commitsSeen || nanos.getAsLong() - refreshedAt >= POLL_NANOS;
  }

  private void refresh() {
    long commitsBefore = commits.getAsLong();
    try {
      if (stream == null) {
        stream =
            store.openStream(
                events.isEmpty() ? beforeFirst : events.get(events.size() - 1).trackingToken());
      }
      int found = 0;
      long foundBytes = 0;
      boolean more = true;
      while (more && stream.hasNextAvailable()) {
        TrackedEventMessage<?> event = stream.nextAvailable();
        events.add(event);
        found++;
        foundBytes += size.applyAsInt(event);
        bytes += size.applyAsInt(event);
        more = found < MAX_EVENTS / 2 && foundBytes < MAX_BYTES / 2;
      }
      clear(events.size() - MAX_EVENTS);
      while (bytes > MAX_BYTES && events.size() > Math.max(1, found)) {
        clear(1);
      }
      if (more) {
        commitsSeen = commitsBefore;
        refreshedAt = nanos.getAsLong();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      closeStream();
      throw e;
    }
  }

  /** Drops all buffered events, since they may hold data of a subject whose key is destroyed. */
  synchronized void clear() {
    clear(events.size());
  }

  private void clear(int oldest) {
    if (oldest > 0) {
      beforeFirst = events.get(oldest - 1).trackingToken();
      events.subList(0, oldest).forEach(event -> bytes -= size.applyAsInt(event));
      events.subList(0, oldest).clear();
      first += oldest;
    }
  }

  private void closeStream() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
