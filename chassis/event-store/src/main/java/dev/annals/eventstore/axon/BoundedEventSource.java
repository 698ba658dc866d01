package dev.annals.eventstore.axon;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventTrackerStatus;
import org.axonframework.eventhandling.StreamingEventProcessor;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.StreamableMessageSource;

/**
 * An event source for one processor that bounds the bytes of its unhandled events. Axon bounds its
 * queue (1 024) and its batches only by the number of events. Further events wait until the
 * processor has handled some.
 */
public final class BoundedEventSource implements StreamableMessageSource<TrackedEventMessage<?>> {

  /** The maximum stored bytes of unhandled events. One event is always let through. */
  static final int MAX_BYTES = 4 << 20;

  private static final int RECHECK_MILLIS = 10;

  private final StreamableMessageSource<TrackedEventMessage<?>> source;
  private final ToIntFunction<EventMessage<?>> size;
  private volatile Supplier<? extends StreamingEventProcessor> processor;
  private volatile ScheduledExecutorService coordinator;

  BoundedEventSource(
      StreamableMessageSource<TrackedEventMessage<?>> source, ToIntFunction<EventMessage<?>> size) {
    this.source = source;
    this.size = size;
  }

  /** Sets the processor. Must be called before the processor starts. */
  public BoundedEventSource attach(
      Supplier<? extends StreamingEventProcessor> owner,
      ScheduledExecutorService coordinatorThread) {
    processor = owner;
    coordinator = coordinatorThread;
    return this;
  }

  @Override
  public BlockingStream<TrackedEventMessage<?>> openStream(TrackingToken position) {
    return new Bounded(source.openStream(position));
  }

  @Override
  public TrackingToken createHeadToken() {
    return source.createHeadToken();
  }

  /**
   * Returns the position up to which all active segments of this process have handled all events.
   */
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
    private final AtomicBoolean recheckScheduled = new AtomicBoolean();
    private volatile boolean started;

    Bounded(BlockingStream<TrackedEventMessage<?>> stream) {
      this.stream = stream;
    }

    private boolean isFull() {
      if (bytes < MAX_BYTES) {
        return false;
      }
      long handled = handled();
      while (!taken.isEmpty() && taken.peek().position() <= handled) {
        bytes -= taken.remove().bytes();
      }
      return bytes >= MAX_BYTES;
    }

    @Override
    public boolean setOnAvailableCallback(Runnable onAvailable) {
      callback = onAvailable;
      return stream.setOnAvailableCallback(onAvailable);
    }

    @Override
    public Optional<TrackedEventMessage<?>> peek() {
      // Axon peeks for events that belong to the last one, and these must follow it at once.
      return stream.peek();
    }

    @Override
    public boolean hasNextAvailable() {
      if (started && !isFull()) {
        return stream.hasNextAvailable();
      }
      // A segment reports its position only after it has asked for events, so before it gets the
      // first. One scheduled check is enough: each makes the coordinator ask several times.
      if (!recheckScheduled.getAndSet(true)) {
        var unused = coordinator.schedule(this::recheck, RECHECK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return false;
    }

    private void recheck() {
      recheckScheduled.set(false);
      started = true;
      callback.run();
    }

    @Override
    public boolean hasNextAvailable(int timeout, TimeUnit unit) throws InterruptedException {
      return hasNextAvailable() || (started && !isFull() && stream.hasNextAvailable(timeout, unit));
    }

    @Override
    public TrackedEventMessage<?> nextAvailable() throws InterruptedException {
      TrackedEventMessage<?> event = stream.nextAvailable();
      int eventBytes = size.applyAsInt(event);
      taken.add(new Taken(event.trackingToken().position().orElse(-1), eventBytes));
      bytes += eventBytes;
      return event;
    }

    @Override
    public void close() {
      stream.close();
    }
  }
}
