package dev.annals.projection.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * An event that a processor could not handle. It holds back the later events of the same aggregate.
 * It refers to the event, which stays in the event store, and contains none of its data.
 *
 * @param id the processor and the aggregate: one aggregate has one letter at most
 * @param letter a UUID, the letter's id for clients; differs for another event
 * @param sequence the first event of the aggregate that is not in the model
 * @param type the simple name of the event's class
 * @param position the event's place in the order of all events
 * @param eventId the event's identifier; null where an earlier version stored the letter
 * @param error the kind of failure; nothing of the event's content
 * @param attempts how often the event was tried
 * @param failedAt when it was last tried
 * @param state the step to take next
 */
public record DeadLetter(
    @BsonId String id,
    String letter,
    String processor,
    String aggregateId,
    long sequence,
    String type,
    long position,
    String eventId,
    String error,
    int attempts,
    Instant failedAt,
    State state) {

  public enum State {
    /** Wait for an administrator. */
    HELD,
    RETRY,
    SKIP,
    /**
     * Skip all events of the aggregate: its first event was skipped, so there is nothing to show.
     */
    ABANDONED,
    /**
     * None. The event was skipped, and a replay must skip it, too. The id includes the sequence.
     */
    SKIPPED
  }

  /** Returns a new letter of a processor. */
  public static DeadLetter of(
      String processor,
      DomainEventMessage<?> event,
      long sequence,
      long position,
      String error,
      int attempts,
      Instant failedAt) {
    String id = id(processor, event.getAggregateIdentifier());
    return new DeadLetter(
        id,
        UUID.nameUUIDFromBytes((id + "/" + sequence).getBytes(StandardCharsets.UTF_8)).toString(),
        processor,
        event.getAggregateIdentifier(),
        sequence,
        event.getPayloadType().getSimpleName(),
        position,
        event.getIdentifier(),
        error,
        attempts,
        failedAt,
        State.HELD);
  }

  static String id(String processor, String aggregateId) {
    return processor + "/" + aggregateId;
  }

  /** Returns the letter with the next event to try, after the events before it were handled. */
  public DeadLetter continuedFrom(long next) {
    return with(id, next, State.RETRY);
  }

  public DeadLetter abandoned() {
    return with(id, sequence, State.ABANDONED);
  }

  public DeadLetter skipped() {
    return with(id + "/" + sequence, sequence, State.SKIPPED);
  }

  private DeadLetter with(String newId, long newSequence, State newState) {
    return new DeadLetter(
        newId,
        letter,
        processor,
        aggregateId,
        newSequence,
        type,
        position,
        eventId,
        error,
        attempts,
        failedAt,
        newState);
  }
}
