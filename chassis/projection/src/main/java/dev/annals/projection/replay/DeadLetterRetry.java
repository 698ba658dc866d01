package dev.annals.projection.replay;

import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.model.Model;
import dev.annals.projection.write.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventHandlerInvoker;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventsourcing.eventstore.DomainEventStream;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;

/**
 * Delivers a dead letter and the events behind it, from the event store. The worker of the
 * aggregate's segment does it between its batches: so nothing else writes the same documents, and
 * no event comes in between.
 */
record DeadLetterRetry(
    String processor,
    Model model,
    Configuration axon,
    EventHandlerInvoker handlers,
    ProcessorServices services,
    ToIntFunction<EventMessage<?>> size,
    Map<Integer, Long> polledAt) {

  private static final int CHUNK = 200;
  private static final int CHUNK_BYTES = 4 << 20;
  private static final long POLL_INTERVAL = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_DURATION = TimeUnit.SECONDS.toNanos(1);

  /**
   * Retries or skips the letters of a segment as requested, for about a second at most.
   *
   * @param extendClaim keeps the claim of the segment
   */
  void run(int segment, Supplier<int[]> segments, Runnable extendClaim) {
    long now = System.nanoTime();
    Long last = polledAt.get(segment);
    if (last == null || now - last > POLL_INTERVAL) {
      try {
        // An answer from before this segment's last retries is outdated.
        List<DeadLetter> requested =
            services.letters().requested(processor, last == null ? now : now - POLL_INTERVAL);
        if (!requested.isEmpty()) {
          Segment own = Segment.computeSegment(segment, segments.get());
          requested.stream()
              .takeWhile(letter -> System.nanoTime() - now < MAX_DURATION)
              .forEach(letter -> retry(letter, own, now + MAX_DURATION, extendClaim));
        }
      } finally {
        polledAt.put(segment, System.nanoTime());
      }
    }
  }

  private void retry(DeadLetter letter, Segment segment, long until, Runnable extendClaim) {
    DomainEventStream rest = axon.eventStore().readEvents(letter.aggregateId(), letter.sequence());
    if (!segment.matches(Objects.hashCode(sequenceOf(letter, rest)))) {
      return;
    }
    while (rest.hasNext()) {
      List<DomainEventMessage<?>> chunk = new ArrayList<>();
      long bytes = 0;
      while (rest.hasNext() && chunk.size() < CHUNK && bytes < CHUNK_BYTES) {
        chunk.add(rest.next());
        bytes += size.applyAsInt(chunk.get(chunk.size() - 1));
      }
      if (!deliver(letter, chunk, extendClaim)) {
        return;
      }
      if (System.nanoTime() > until && rest.hasNext()) {
        services
            .letters()
            .put(letter.continuedFrom(chunk.get(chunk.size() - 1).getSequenceNumber() + 1));
        return;
      }
    }
    services.letters().remove(letter);
    services.durability().force();
  }

  private Object sequenceOf(DeadLetter letter, DomainEventStream rest) {
    return rest.hasNext()
        ? Batch.sequencing(model.sequencing()).getSequenceIdentifierFor(rest.peek())
        : letter.aggregateId();
  }

  private boolean deliver(
      DeadLetter letter, List<DomainEventMessage<?>> events, Runnable extendClaim) {
    boolean skips =
        letter.state() == DeadLetter.State.SKIP
            && events.get(0).getSequenceNumber() == letter.sequence();
    if (skips && !model.canSkip(events.get(0))) {
      services.letters().put(letter.abandoned());
      services.durability().force();
      return false;
    }
    if (skips) {
      services.letters().put(letter.skipped());
    }
    Batch batch =
        new Batch(
            processor,
            services.letters(),
            services.clock(),
            event -> position(letter, event),
            events,
            Map.of(),
            Optional.of(letter),
            new HashMap<>());
    BatchingUnitOfWork<DomainEventMessage<?>> unit = new BatchingUnitOfWork<>(events);
    unit.onPrepareCommit(
        committing -> Batch.write(unit.root().resources(), services.durability(), extendClaim));
    ResultMessage<?> result =
        unit.executeWithResult(
            () -> {
              batch.attachTo(unit.root().resources());
              DomainEventMessage<?> event = unit.getMessage();
              if (skips && event.getSequenceNumber() == letter.sequence()) {
                model.skip(event);
              } else {
                batch.handle(
                    event,
                    () -> {
                      handlers.handle(event, Segment.ROOT_SEGMENT);
                      return null;
                    });
              }
              return null;
            });
    if (result.isExceptional()) {
      throw result.exceptionResult() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(result.exceptionResult());
    }
    return batch.added().isEmpty();
  }

  private long position(DeadLetter letter, DomainEventMessage<?> event) {
    StoredEvents events = services.stored().getIfAvailable();
    return events == null || event.getSequenceNumber() == letter.sequence()
        ? letter.position()
        : events.position(event.getAggregateIdentifier(), event.getSequenceNumber());
  }
}
