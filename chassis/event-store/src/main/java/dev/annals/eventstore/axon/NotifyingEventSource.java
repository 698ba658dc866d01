package dev.annals.eventstore.axon;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.axonframework.common.Registration;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.serialization.Serializer;

/**
 * The event source of this process's processors. It notifies them after each commit; the store's
 * own streams are only polled, every 500 ms. Processors that have caught up share one stream and
 * read each event once; streams of the store query the database several times for each event.
 */
public final class NotifyingEventSource implements StreamableMessageSource<TrackedEventMessage<?>> {

  private final StreamableMessageSource<TrackedEventMessage<?>> store;
  private final CommitSignal signal;
  private final HighWaterMark highWaterMark;
  private final Serializer serializer;
  private final SharedEventStream shared;

  NotifyingEventSource(
      StreamableMessageSource<TrackedEventMessage<?>> store,
      CommitSignal signal,
      HighWaterMark highWaterMark,
      Serializer serializer) {
    this.store = store;
    this.signal = signal;
    this.highWaterMark = highWaterMark;
    this.serializer = serializer;
    this.shared = new SharedEventStream(store, signal::count, System::nanoTime, this::bytes);
    signal.onDestroyedKey(shared::clear);
  }

  /** Returns the stored size of an event's payload in bytes. */
  public int bytes(EventMessage<?> event) {
    return event.serializePayload(serializer, byte[].class).getData().length;
  }

  /** Returns this source for one processor, with bounded bytes of unhandled events. */
  public BoundedEventSource bounded() {
    return new BoundedEventSource(this, this::bytes);
  }

  /** Returns the identifier of the event at a position, if this process has read it lately. */
  public Optional<String> identifierAt(long position) {
    return shared.identifierAt(position);
  }

  /** Clears all state, for an event store that was restored to an earlier state. */
  public void clear() {
    highWaterMark.reset();
    shared.clear();
  }

  /** Opens a stream for one thread at a time, as in Axon. */
  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(TrackingToken position) {
    return new NotifiedStream(position);
  }

  @Override
  public TrackingToken createHeadToken() {
    return store.createHeadToken();
  }

  /** Reads from the store until it reaches the shared stream, and again when it falls behind. */
  private final class NotifiedStream implements BlockingStream<TrackedEventMessage<?>> {

    private TrackingToken position;
    private BlockingStream<TrackedEventMessage<?>> own;
    private SharedEventStream.Follower follower;
    private Registration registration = () -> true;

    NotifiedStream(TrackingToken position) {
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
      Optional<TrackedEventMessage<?>> event = ownStream().peek();
      if (event.isEmpty()) {
        follower = shared.follow(position).orElse(null);
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
      // Pooled processors never wait here. Others wait on the store's stream.
      return ownStream().hasNextAvailable(timeout, unit);
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
      TrackedEventMessage<?> event =
          peek().isPresent() && follower != null ? follower.take() : ownStream().nextAvailable();
      position = event.trackingToken();
      return event;
    }

    private BlockingStream<TrackedEventMessage<?>> ownStream() {
      leaveShared();
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

    private void leaveShared() {
      if (follower != null) {
        follower.close();
        follower = null;
      }
    }

    @Override
    public void close() {
      registration.cancel();
      leaveShared();
      closeOwn();
    }
  }
}
