package dev.annals.projection.replay;

import java.time.Instant;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * A rebuild of a read model: the new generation is built from all events.
 *
 * @param id a UUID
 * @param processor the model's name
 * @param processed the position that the new generation has reached
 * @param total the position of the last event
 * @param finishedAt null while it runs
 */
public record Replay(
    @BsonId String id,
    String processor,
    State state,
    long processed,
    long total,
    Instant startedAt,
    Instant finishedAt) {

  public enum State {
    RUNNING,
    DONE,
    CANCELLED,
    FAILED
  }
}
