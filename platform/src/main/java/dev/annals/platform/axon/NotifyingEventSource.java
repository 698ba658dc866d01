package dev.annals.platform.axon;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.axonframework.common.Registration;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;

/**
 * The event store as the source of this process' processors. It wakes them after each commit, where
 * the store's own streams never call back and are looked at every 500 ms; and those that have
 * caught up read each event once together, where each stream of the store asks the database for
 * itself, several times for each event.
 */
public final class NotifyingEventSource implements StreamableMessageSource<TrackedEventMessage<?>> {

  private final StreamableMessageSource<TrackedEventMessage<?>> store;
  private final CommitSignal signal;
  private final HighWaterMark horizon;
  private final Serializer serializer;
  private final SharedEventStream tail;

  /**
   * The source.
   *
   * @param serializer the one of the events
   */
  NotifyingEventSource(
      StreamableMessageSource<TrackedEventMessage<?>> store,
      CommitSignal signal,
      HighWaterMark horizon,
      Serializer serializer) {
    this.store = store;
    this.signal = signal;
    this.horizon = horizon;
    this.serializer = serializer;
    this.tail = new SharedEventStream(store, signal::count, System::nanoTime, this::bytes);
    signal.onDestroyedKey(tail::forget);
  }

  /** How many bytes an event has, as it is stored. */
  public int bytes(EventMessage<?> event) {
    return event.serializePayload(serializer, byte[].class).getData().length;
  }

  /** The same source for one processor, which gets no more than it can handle soon. */
  public BoundedEventSource bounded() {
    return new BoundedEventSource(this, this::bytes);
  }

  /** Forgets all events and gaps: the event store was restored to an earlier state. */
  public void forget() {
    horizon.forget();
    tail.forget();
  }

  /** A stream for one thread at a time, as Axon's are. */
  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(TrackingToken position) {
    return new Waking(position);
  }

  @Override
  public TrackingToken createTailToken() {
    return store.createTailToken();
  }

  @Override
  public TrackingToken createHeadToken() {
    return store.createHeadToken();
  }

  @Override
  public TrackingToken createTokenAt(Instant instant) {
    return store.createTokenAt(instant);
  }

  @Override
  public TrackingToken createTokenSince(Duration duration) {
    return store.createTokenSince(duration);
  }

  /** Reads for itself until it has caught up with the tail, and again when it has fallen behind. */
  private final class Waking implements BlockingStream<TrackedEventMessage<?>> {

    private TrackingToken position;
    private BlockingStream<TrackedEventMessage<?>> own;
    private SharedEventStream.Follower follower;
    private Registration registration = () -> true;

    Waking(TrackingToken position) {
      this.position = position;
    }

    @Override
    public boolean setOnAvailableCallback(Runnable callback) {
      registration.cancel();
      registration = signal.subscribe(callback);
      return true;
    }

    @Override
    public Optional<TrackedEventMessage<?>> peek() {
      if (follower != null) {
        Optional<TrackedEventMessage<?>> event = follower.peek();
        if (!follower.isBehind()) {
          return event;
        }
      }
      Optional<TrackedEventMessage<?>> event = alone().peek();
      if (event.isEmpty()) {
        follower = tail.follow(position).orElse(null);
        if (follower != null) {
          closeOwn();
          return follower.peek();
        }
      }
      return event;
    }

    @Override
    public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
      if (peek().isPresent()) {
        return true;
      }
      if (timeout == 0) {
        return false;
      }
      // Pooled processors never wait here; who does is served by the store.
      return alone().hasNextAvailable(timeout, unit);
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
      TrackedEventMessage<?> event =
          peek().isPresent() && follower != null ? follower.take() : alone().nextAvailable();
      position = event.trackingToken();
      return event;
    }

    /** The store's own stream, for which it leaves the tail. */
    private BlockingStream<TrackedEventMessage<?>> alone() {
      leaveTail();
      if (own == null) {
        own = store.openStream(position);
      }
      return own;
    }

    private void closeOwn() {
      if (own != null) {
        own.close();
        own = null;
      }
    }

    private void leaveTail() {
      if (follower != null) {
        follower.close();
        follower = null;
      }
    }

    @Override
    public void close() {
      registration.cancel();
      leaveTail();
      closeOwn();
    }

    @Override
    public Stream<TrackedEventMessage<?>> asStream() {
      return alone().asStream();
    }

    @Override
    public void skipMessagesWithPayloadTypeOf(TrackedEventMessage<?> ignored) {
      // The store reads them all.
    }
  }
}
