package dev.annals.query.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * Says that a processor could not handle an event, and holds back the later events of the same
 * aggregate. It refers to the event and holds nothing of it: the event store has it for good.
 *
 * @param id the processor and the aggregate: one aggregate has one letter at most
 * @param letter a UUID, the name that clients know it by; another event's is another one
 * @param sequence the first event of the aggregate that is not in the model
 * @param type the simple name of the event's class
 * @param position the event's place in the order of all events
 * @param eventId the event's identifier; null where an earlier version stored the letter
 * @param error what kind of failure it was; nothing of the event's content
 * @param attempts how often it was tried
 * @param failedAt when it was tried last
 * @param state what is to become of it
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

  /** What is to become of a letter. */
  public enum State {
    /** It waits for somebody to decide. */
    HELD,
    /** It is to be tried again. */
    RETRY,
    /** Its event is to be left out. */
    SKIP,
    /**
     * The event that was left out is the first one, without which there is nothing to be shown: all
     * others are left out, too.
     */
    ABANDONED,
    /** Its event was left out; kept for a replay to leave it out, too. Its id has the event's. */
    SKIPPED
  }

  static String id(String processor, String aggregateId) {
    return processor + "/" + aggregateId;
  }

  static String letter(String id, long sequence) {
    return UUID.nameUUIDFromBytes((id + "/" + sequence).getBytes(StandardCharsets.UTF_8))
        .toString();
  }

  /** The same letter when events up to this one, exclusively, have gone through. */
  DeadLetter from(long next) {
    return new DeadLetter(
        id,
        letter,
        processor,
        aggregateId,
        next,
        type,
        position,
        eventId,
        error,
        attempts,
        failedAt,
        State.RETRY);
  }

  DeadLetter abandoned() {
    return in(id, State.ABANDONED);
  }

  DeadLetter skipped() {
    return in(id + "/" + sequence, State.SKIPPED);
  }

  private DeadLetter in(String ownId, State now) {
    return new DeadLetter(
        ownId,
        letter,
        processor,
        aggregateId,
        sequence,
        type,
        position,
        eventId,
        error,
        attempts,
        failedAt,
        now);
  }
}
