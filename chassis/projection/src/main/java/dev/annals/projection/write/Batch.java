package dev.annals.projection.write;

import dev.annals.base.start.Causes;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.write.BatchWrite.FailedEvent;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import tools.jackson.core.JacksonException;

/**
 * Handles a batch of events, and collects its dead letters. They are stored after the batch's
 * documents and before its token, so a crash in between only repeats the batch. Once an aggregate
 * has a letter, its events from that one on are skipped.
 *
 * @param held letters by aggregate, whose events must not be handled
 * @param retried the letter that is being tried again
 * @param added the letters of this batch, by aggregate
 */
public record Batch(
    String processor,
    DeadLetters letters,
    Clock clock,
    ToLongFunction<DomainEventMessage<?>> positions,
    List<? extends EventMessage<?>> events,
    Map<String, DeadLetter> held,
    Optional<DeadLetter> retried,
    Map<String, DeadLetter> added) {

  /**
   * With this many letters the cause is not a single event: the processor stops and tries again.
   */
  public static final int MAX_LETTERS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(Batch.class);
  private static final String KEY = Batch.class.getName();

  /** Returns the batch in which a message is being handled. */
  public static Batch current(
      String processor, DeadLetters letters, Clock clock, UnitOfWork<?> unit) {
    return unit.root()
        .getOrComputeResource(
            KEY,
            key -> {
              List<? extends EventMessage<?>> events =
                  ((BatchingUnitOfWork<? extends EventMessage<?>>) unit).getMessages();
              List<String> aggregates =
                  events.stream()
                      .map(event -> ((DomainEventMessage<?>) event).getAggregateIdentifier())
                      .distinct()
                      .toList();
              return new Batch(
                  processor,
                  letters,
                  clock,
                  Batch::position,
                  events,
                  letters.of(processor, aggregates),
                  Optional.empty(),
                  new HashMap<>());
            });
  }

  /** Makes this the batch with these resources. */
  public void attachTo(Map<String, Object> resources) {
    resources.put(KEY, this);
  }

  /**
   * Runs the writes of a batch, stores its letters, and makes both durable.
   *
   * @param resources of the batch's unit of work; each write is removed from them
   * @param extendClaim keeps the claim of the batch's segment
   */
  public static void write(
      Map<String, Object> resources, ModelDurability durability, Runnable extendClaim) {
    Batch batch = (Batch) resources.remove(KEY);
    List<BatchWrite> pending =
        resources.values().stream()
            .filter(BatchWrite.class::isInstance)
            .map(BatchWrite.class::cast)
            .toList();
    resources.values().removeAll(pending);
    for (BatchWrite write : pending) {
      for (FailedEvent failed : write.write(extendClaim)) {
        if (batch == null) {
          throw failed.failure();
        }
        batch.setAside(failed);
      }
    }
    if (batch != null) {
      batch.added.values().forEach(batch.letters::put);
    }
    if (!pending.isEmpty() || (batch != null && !batch.added.isEmpty())) {
      durability.force();
    }
  }

  /** Returns the processor of the batch with these resources, if it has one. */
  static Optional<String> processor(Map<String, Object> resources) {
    return Optional.ofNullable((Batch) resources.get(KEY)).map(Batch::processor);
  }

  /** Handles an event unless it is held back; makes a letter of it if that fails. */
  public void handle(DomainEventMessage<?> event, Callable<?> handlers) {
    if (isHeldBack(event, held) || isHeldBack(event, added)) {
      return;
    }
    try {
      event.getPayload();
    } catch (RuntimeException failure) {
      if (!isUnreadable(failure)) {
        throw failure;
      }
      setAside(FailedEvent.of(event, failure));
      return;
    }
    // From here on no store is asked: handlers only collect their writes.
    try {
      handlers.call();
    } catch (Exception failure) {
      setAside(FailedEvent.of(event, failure));
    }
  }

  private static boolean isHeldBack(DomainEventMessage<?> event, Map<String, DeadLetter> letters) {
    DeadLetter letter = letters.get(event.getAggregateIdentifier());
    return letter != null && event.getSequenceNumber() >= letter.sequence();
  }

  private void setAside(FailedEvent failed) {
    String aggregateId = failed.aggregateId();
    long sequence = failed.sequence();
    DeadLetter known = added.get(aggregateId);
    if (known != null && known.sequence() <= sequence) {
      return;
    }
    if (letters.count(processor) >= MAX_LETTERS) {
      throw failed.failure();
    }
    DomainEventMessage<?> event = event(aggregateId, sequence);
    String error = error(failed.failure());
    int attempts =
        retried
            .filter(it -> it.aggregateId().equals(aggregateId) && it.sequence() == sequence)
            .map(DeadLetter::attempts)
            .orElse(0);
    log.warn("{} sets events of {} aside, from {} on: {}", processor, aggregateId, sequence, error);
    added.put(
        aggregateId,
        DeadLetter.of(
            processor,
            event,
            sequence,
            positions.applyAsLong(event),
            error,
            1 + attempts,
            clock.instant()));
  }

  // A missing event is not in the batch: the letter is about the event that should follow it.
  private DomainEventMessage<?> event(String aggregateId, long sequence) {
    return events.stream()
        .map(event -> (DomainEventMessage<?>) event)
        .filter(event -> event.getAggregateIdentifier().equals(aggregateId))
        .filter(event -> event.getSequenceNumber() >= sequence)
        .findFirst()
        .orElseThrow();
  }

  private static long position(DomainEventMessage<?> event) {
    return event instanceof TrackedEventMessage<?> tracked
        ? tracked.trackingToken().position().orElse(-1)
        : -1;
  }

  /**
   * Returns true if the stored event itself caused a failure to read it. Reading an event looks up
   * its subject's key, and a failure of that lookup may pass.
   */
  private static boolean isUnreadable(Throwable failure) {
    return Causes.of(failure)
        .anyMatch(
            cause -> cause instanceof SerializationException || cause instanceof JacksonException);
  }

  /** Returns the model's policy, with unreadable events in the order of their aggregate. */
  public static SequencingPolicy<EventMessage<?>> sequencing(
      SequencingPolicy<? super EventMessage<?>> policy) {
    return event -> {
      try {
        return policy.getSequenceIdentifierFor(event);
      } catch (RuntimeException failure) {
        if (!isUnreadable(failure)) {
          throw failure;
        }
        return ((DomainEventMessage<?>) event).getAggregateIdentifier();
      }
    };
  }

  // A failure's message may quote the event.
  private static String error(Throwable failure) {
    return NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName()
        + (failure instanceof MissingEventException
            ? ": An event before this one is not in the model."
            : ": The event cannot be read or applied.");
  }
}
