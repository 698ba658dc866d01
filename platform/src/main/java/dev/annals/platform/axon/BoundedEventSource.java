package dev.annals.platform.axon;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * The events of one processor, which holds no more bytes of them than a bound: its queue of 1 024
 * events, and a batch, are of any size. What comes after waits until some of them were handled.
 */
public final class BoundedEventSource implements StreamableMessageSource<TrackedEventMessage<?>> {

  /** The most bytes that are not handled yet, as they are stored; one event in any case. */
  static final int MOST_BYTES = 4 << 20;

  private static final int LOOK_AGAIN_MILLIS = 10;

  private final StreamableMessageSource<TrackedEventMessage<?>> source;
  private final ToIntFunction<EventMessage<?>> size;
  private volatile Supplier<? extends StreamingEventProcessor> processor;
  private volatile ScheduledExecutorService coordinator;

  BoundedEventSource(
      StreamableMessageSource<TrackedEventMessage<?>> source, ToIntFunction<EventMessage<?>> size) {
    this.source = source;
    this.size = size;
  }

  /** Says whose events they are. To be called before the processor starts. */
  public BoundedEventSource attach(
      Supplier<? extends StreamingEventProcessor> owner, ScheduledExecutorService itsCoordinator) {
    processor = owner;
    coordinator = itsCoordinator;
    return this;
  }

  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(TrackingToken position) {
    return new Bounded(source.openStream(position));
  }

  @Override
  public TrackingToken createTailToken() {
    return source.createTailToken();
  }

  @Override
  public TrackingToken createHeadToken() {
    return source.createHeadToken();
  }

  @Override
  public TrackingToken createTokenAt(Instant instant) {
    return source.createTokenAt(instant);
  }

  @Override
  public TrackingToken createTokenSince(Duration duration) {
    return source.createTokenSince(duration);
  }

  /** Up to where all segments of this process that have told it have handled all events. */
  private long handled() {
    return processor.get().processingStatus().values().stream()
        .map(EventTrackerStatus::getTrackingToken)
        .mapToLong(token -> token == null ? -1 : token.position().orElse(-1))
        .min()
        .orElse(-1);
  }

  private record Taken(long position, int bytes) {}

  private final class Bounded implements BlockingStream<TrackedEventMessage<?>> {

    private final BlockingStream<TrackedEventMessage<?>> stream;
    private final Deque<Taken> taken = new ArrayDeque<>();
    private long bytes;
    private Runnable callback = () -> {};
    private final AtomicBoolean looksAgain = new AtomicBoolean();
    private volatile boolean begun;

    Bounded(BlockingStream<TrackedEventMessage<?>> stream) {
      this.stream = stream;
    }

    private boolean isFull() {
      if (bytes < MOST_BYTES) {
        return false;
      }
      long handled = handled();
      while (!taken.isEmpty() && taken.peek().position() <= handled) {
        bytes -= taken.remove().bytes();
      }
      return bytes >= MOST_BYTES;
    }

    @Override
    public boolean setOnAvailableCallback(Runnable onAvailable) {
      callback = onAvailable;
      return stream.setOnAvailableCallback(onAvailable);
    }

    @Override
    public Optional<TrackedEventMessage<?>> peek() {
      // Asked for what belongs to the event before, and so has to follow it at once.
      return stream.peek();
    }

    @Override
    public boolean hasNextAvailable() {
      if (begun && !isFull()) {
        return stream.hasNextAvailable();
      }
      // A segment tells how far it is once it has looked for events, and so before it gets some.
      // One look is enough: each has the coordinator ask several times.
      if (!looksAgain.getAndSet(true)) {
        var unused =
            coordinator.schedule(this::lookAgain, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      }
      return false;
    }

    private void lookAgain() {
      looksAgain.set(false);
      begun = true;
      callback.run();
    }

    @Override
    public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
      return hasNextAvailable() || (begun && !isFull() && stream.hasNextAvailable(timeout, unit));
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
      TrackedEventMessage<?> event = stream.nextAvailable();
      int itsBytes = size.applyAsInt(event);
      taken.add(new Taken(event.trackingToken().position().orElse(-1), itsBytes));
      bytes += itsBytes;
      return event;
    }

    @Override
    public void close() {
      stream.close();
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
