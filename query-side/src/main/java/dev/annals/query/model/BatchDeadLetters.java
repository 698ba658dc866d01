package dev.annals.query.model;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * What a batch of events sets aside. Letters are written after what else the batch writes and
 * before its position, and only events from a letter's own on are held back: whatever is lost in a
 * crash is delivered again and ends the same way.
 */
final class BatchDeadLetters implements FailedEvents {

  /** More than these are no matter of single events: then the processor stops and tries again. */
  static final int MAX_LETTERS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(BatchDeadLetters.class);
  private static final String KEY = BatchDeadLetters.class.getName();

  private final String processor;
  private final DeadLetters letters;
  private final Clock clock;
  private final Map<String, DeadLetter> held;
  private final Optional<DeadLetter> retried;
  private final Map<String, DeadLetter> added = new HashMap<>();
  private final ToLongFunction<DomainEventMessage<?>> positions;
  private final List<? extends EventMessage<?>> events;

  /**
   * For a batch of events.
   *
   * @param held letters by aggregate, whose events are not to be handled
   * @param retried the letter that is being retried again
   */
  BatchDeadLetters(
      String processor,
      DeadLetters letters,
      Clock clock,
      ToLongFunction<DomainEventMessage<?>> positions,
      List<? extends EventMessage<?>> events,
      Map<String, DeadLetter> held,
      Optional<DeadLetter> retried) {
    this.processor = processor;
    this.letters = letters;
    this.clock = clock;
    this.positions = positions;
    this.events = events;
    this.held = held;
    this.retried = retried;
  }

  /** That of the batch in which a message is being handled. */
  static BatchDeadLetters of(
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
                  Optional.empty());
            });
  }

  /** Has the batch whose resources these are set aside what this one takes. */
  void attachTo(Map<String, Object> resources) {
    resources.put(KEY, this);
  }

  /**
   * Writes what a batch has to write, and makes it durable.
   *
   * @param resources of the batch's unit of work; what is written is taken out of them
   * @param extendClaim keeps the claim of the batch's segment
   */
  static void write(
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

  /** The processor whose batch's resources these are, if it sets events aside. */
  static Optional<String> processor(Map<String, Object> resources) {
    return Optional.ofNullable((BatchDeadLetters) resources.get(KEY)).map(it -> it.processor);
  }

  /** Whether the event is not to be handled, because it or one before it is set aside. */
  boolean holdsBack(DomainEventMessage<?> event) {
    return holdsBack(held, event) || holdsBack(added, event);
  }

  private static boolean holdsBack(Map<String, DeadLetter> letters, DomainEventMessage<?> event) {
    DeadLetter letter = letters.get(event.getAggregateIdentifier());
    return letter != null && event.getSequenceNumber() >= letter.sequence();
  }

  /** The letter of an aggregate that was set aside. */
  Optional<DeadLetter> letter(String aggregateId) {
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
    log.warn("{} sets {} aside from event {} on: {}", processor, aggregateId, sequence, error);
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

  // A missing event is not in the batch: then it is the one that cannot follow.
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
   * Whether what failed in reading an event is the event's own. To read it asks for its subject's
   * key; whatever fails there may pass by itself.
   */
  static boolean isUnreadable(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SerializationException || cause instanceof JacksonException) {
        return true;
      }
    }
    return false;
  }

  // A message may quote the event.
  private static String error(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String sentence =
        failure instanceof MissingEventException
            ? "An event before this one is not in the model."
            : "The event cannot be read or applied.";
    return root.getClass().getSimpleName() + ": " + sentence;
  }
}
