package dev.annals.platform.axon;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.axonframework.common.Registration;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * The event store as a processor's source that wakes the processor after each commit. The store's
 * own streams never call back, so a processor on them looks for news every 500 ms.
 */
public final class WakingEventSource implements StreamableMessageSource<TrackedEventMessage<?>> {

  private final StreamableMessageSource<TrackedEventMessage<?>> store;
  private final CommitSignal signal;

  WakingEventSource(StreamableMessageSource<TrackedEventMessage<?>> store, CommitSignal signal) {
    this.store = store;
    this.signal = signal;
  }

  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(TrackingToken position) {
    return new Waking(store.openStream(position), signal);
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

  private static final class Waking implements BlockingStream<TrackedEventMessage<?>> {

    private final BlockingStream<TrackedEventMessage<?>> stream;
    private final CommitSignal signal;
    private Registration registration = () -> true;

    Waking(BlockingStream<TrackedEventMessage<?>> stream, CommitSignal signal) {
      this.stream = stream;
      this.signal = signal;
    }

    @Override
    public boolean setOnAvailableCallback(Runnable callback) {
      registration.cancel();
      registration = signal.subscribe(callback);
      return true;
    }

    @Override
    public void close() {
      registration.cancel();
      stream.close();
    }

    @Override
    public Optional<TrackedEventMessage<?>> peek() {
      return stream.peek();
    }

    @Override
    public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
      return stream.hasNextAvailable(timeout, unit);
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
      return stream.nextAvailable();
    }

    @Override
    public Stream<TrackedEventMessage<?>> asStream() {
      return stream.asStream();
    }

    @Override
    public void skipMessagesWithPayloadTypeOf(TrackedEventMessage<?> ignored) {
      stream.skipMessagesWithPayloadTypeOf(ignored);
    }
  }
}
