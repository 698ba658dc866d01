package dev.annals.query.model;

import java.time.Instant;
import org.bson.codecs.pojo.annotations.BsonId;

/**
 * The building of a new generation of a read model from all events.
 *
 * @param id a UUID
 * @param processor the model's name
 * @param processed how far it has come in the order of events
 * @param total where that ends, as far as is known
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

  /** What has become of it. */
  public enum State {
    RUNNING,
    DONE,
    CANCELLED,
    FAILED
  }
}
