package dev.annals.platform.axon;

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
 * The latest events, read, decrypted and made into objects once for all processors of this process
 * that have caught up. There is no thread: who finds no next event here looks for news, for
 * everybody, and only after a commit was signalled or half a second has gone by.
 *
 * <p>Each event's token is made from the one before it, so who follows from a position that the
 * tail was at sees all that comes after it, late commits included. Safe for use by several threads;
 * a look for news holds up all who ask meanwhile.
 */
final class SharedEventStream {

  private static final int KEPT = 512;

  /** How many bytes of events are kept, as they are stored; the last one in any case. */
  static final int KEPT_BYTES = 2 << 20;

  private static final long POLL_NANOS = Duration.ofMillis(500).toNanos();

  private final StreamableMessageSource<TrackedEventMessage<?>> store;
  private final LongSupplier commits;
  private final LongSupplier nanos;
  private final ToIntFunction<EventMessage<?>> size;
  private final List<TrackedEventMessage<?>> events = new ArrayList<>();
  // Of the first event that is kept; the numbers are this object's own.
  private long first;
  private TrackingToken beforeFirst;
  private BlockingStream<TrackedEventMessage<?>> stream;
  // Of all that are kept.
  private long bytes;
  private int followers;
  private long commitsSeen;
  private long looked;

  /**
   * Nothing yet.
   *
   * @param store where events come from
   * @param commits how many commits have been signalled so far
   * @param nanos the time, as of {@link System#nanoTime}
   * @param size the bytes of an event
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
   * Takes part from a position on.
   *
   * @return nothing if the tail was never there, or has forgotten what comes after it
   */
  synchronized Optional<Follower> follow(TrackingToken position) {
    if (followers == 0) {
      forget();
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

  // Where the tail has more gaps, of what comes late it may show what this one has seen or given
  // up;
  // its processor passes over that. Where it had fewer, something would be left out.
  private static boolean isAt(TrackingToken tail, TrackingToken position) {
    if (tail == null || position == null) {
      return tail == position;
    }
    // That a gap is missing in the tail's token does not tell whether it was filled or given up.
    if (tail instanceof GapAwareTrackingToken of && position instanceof GapAwareTrackingToken at) {
      return of.getIndex() == at.getIndex() && of.getGaps().containsAll(at.getGaps());
    }
    return tail.equals(position);
  }

  /** One who reads along, for one thread at a time. */
  final class Follower implements AutoCloseable {

    private long next;
    private TrackedEventMessage<?> peeked;

    private Follower(long next) {
      this.next = next;
      followers++;
    }

    /**
     * The next event, if it is there by now.
     *
     * @throws RuntimeException of the store, if it cannot be asked for news
     */
    Optional<TrackedEventMessage<?>> peek() {
      if (peeked == null) {
        synchronized (SharedEventStream.this) {
          peeked = find(next);
        }
      }
      return Optional.ofNullable(peeked);
    }

    /** Whether the next event is not kept any more. */
    boolean isBehind() {
      if (peeked != null) {
        return false;
      }
      synchronized (SharedEventStream.this) {
        return next < first;
      }
    }

    /** The event that was peeked at. */
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
    if (number == first + events.size() && mayHaveNews()) {
      look();
    }
    long index = number - first;
    return index >= 0 && index < events.size() ? events.get((int) index) : null;
  }

  private boolean mayHaveNews() {
    return commits.getAsLong() != commitsSeen || nanos.getAsLong() - looked >= POLL_NANOS;
  }

  private void look() {
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
        more = found < KEPT / 2 && foundBytes < KEPT_BYTES / 2;
      }
      forget(events.size() - KEPT);
      while (bytes > KEPT_BYTES && events.size() > Math.max(1, found)) {
        forget(1);
      }
      if (more) {
        commitsSeen = commitsBefore;
        looked = nanos.getAsLong();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      closeStream();
      throw e;
    }
  }

  /**
   * Keeps none of those that it has: what was readable is not, since somebody's key is destroyed.
   */
  synchronized void forget() {
    forget(events.size());
  }

  private void forget(int oldest) {
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
