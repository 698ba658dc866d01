package dev.annals.projection.write;

import dev.annals.base.start.Causes;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.deadletter.DeadLetters;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
 * Collects the dead letters of one batch. They are written after the batch's documents and before
 * its token, so a crash in between only repeats the batch. Once an aggregate has a letter, its
 * events from that one on are skipped.
 *
 * @param held letters by aggregate, whose events must not be handled
 * @param retried the letter that is being tried again
 * @param added the letters of this batch, by aggregate
 */
public record BatchDeadLetters(
    String processor,
    DeadLetters letters,
    Clock clock,
    ToLongFunction<DomainEventMessage<?>> positions,
    List<? extends EventMessage<?>> events,
    Map<String, DeadLetter> held,
    Optional<DeadLetter> retried,
    Map<String, DeadLetter> added)
    implements FailedEvents {

  /**
   * With this many letters the cause is not a single event: the processor stops and tries again.
   */
  public static final int MAX_LETTERS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(BatchDeadLetters.class);
  private static final String KEY = BatchDeadLetters.class.getName();

  /** Returns the collector of the batch in which a message is being handled. */
  public static BatchDeadLetters current(
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
              return new BatchDeadLetters(
                  processor,
                  letters,
                  clock,
                  BatchDeadLetters::position,
                  events,
                  letters.of(processor, aggregates),
                  Optional.empty(),
                  new HashMap<>());
            });
  }

  /** Makes this the collector of the batch with these resources. */
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
    BatchDeadLetters batch = (BatchDeadLetters) resources.remove(KEY);
    List<BatchWrite> pending =
        resources.values().stream()
            .filter(BatchWrite.class::isInstance)
            .map(BatchWrite.class::cast)
            .toList();
    resources.values().removeAll(pending);
    pending.forEach(
        write -> write.write(batch == null ? FailedEvents.RETHROW : batch, extendClaim));
    if (batch != null) {
      batch.added.values().forEach(batch.letters::put);
    }
    if (!pending.isEmpty() || (batch != null && !batch.added.isEmpty())) {
      durability.force();
    }
  }

  /** Returns the processor of the batch with these resources, if it has a collector. */
  public static Optional<String> processor(Map<String, Object> resources) {
    return Optional.ofNullable((BatchDeadLetters) resources.get(KEY)).map(it -> it.processor);
  }

  /** Handles an event unless it is held back; makes a letter of it if that fails. */
  public void handle(DomainEventMessage<?> event, Callable<?> handlers) {
    if (holdsBack(event)) {
      return;
    }
    try {
      event.getPayload();
    } catch (RuntimeException failure) {
      if (!isUnreadable(failure)) {
        throw failure;
      }
      add(event, failure);
      return;
    }
    // From here on no store is asked: handlers only note their writes.
    try {
      handlers.call();
    } catch (RuntimeException failure) {
      add(event, failure);
    } catch (Exception failure) {
      add(event, new IllegalStateException(failure));
    }
  }

  private void add(DomainEventMessage<?> event, RuntimeException failure) {
    add(event.getAggregateIdentifier(), event.getSequenceNumber(), failure);
  }

  /** Returns true if the event or an earlier one of its aggregate has a letter. */
  private boolean holdsBack(DomainEventMessage<?> event) {
    return holdsBack(held, event) || holdsBack(added, event);
  }

  private static boolean holdsBack(Map<String, DeadLetter> letters, DomainEventMessage<?> event) {
    DeadLetter letter = letters.get(event.getAggregateIdentifier());
    return letter != null && event.getSequenceNumber() >= letter.sequence();
  }

  public Optional<DeadLetter> letter(String aggregateId) {
    return Optional.ofNullable(added.get(aggregateId));
  }

  @Override
  public void add(String aggregateId, long sequence, RuntimeException failure) {
    DeadLetter known = added.get(aggregateId);
    if (known != null && known.sequence() <= sequence) {
      return;
    }
    if (letters.count(processor) >= MAX_LETTERS) {
      throw failure;
    }
    String id = DeadLetter.id(processor, aggregateId);
    DomainEventMessage<?> event = event(aggregateId, sequence);
    String error = error(failure);
    int attempts =
        retried
            .filter(it -> it.id().equals(id) && it.sequence() == sequence)
            .map(DeadLetter::attempts)
            .orElse(0);
    log.warn("{} sets events of {} aside, from {} on: {}", processor, aggregateId, sequence, error);
    added.put(
        aggregateId,
        new DeadLetter(
            id,
            DeadLetter.letter(id, sequence),
            processor,
            aggregateId,
            sequence,
            event.getPayloadType().getSimpleName(),
            positions.applyAsLong(event),
            event.getIdentifier(),
            error,
            1 + attempts,
            clock.instant(),
            DeadLetter.State.HELD));
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
    OptionalLong position =
        event instanceof TrackedEventMessage<?> tracked
            ? tracked.trackingToken().position()
            : OptionalLong.empty();
    return position.orElse(-1);
  }

  /**
   * Returns true if the stored event itself caused a failure to read it. Reading an event looks up
   * its subject's key, and a failure of that lookup may pass.
   */
  public static boolean isUnreadable(Throwable failure) {
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
    String sentence =
        failure instanceof MissingEventException
            ? "An event before this one is not in the model."
            : "The event cannot be read or applied.";
    return NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName()
        + ": "
        + sentence;
  }
}
