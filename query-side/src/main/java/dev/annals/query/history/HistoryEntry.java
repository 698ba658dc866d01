package dev.annals.query.history;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one event did to a resource.
 *
 * @param version the one that it made
 * @param type the event's name
 * @param actor the id of the user who did it; null if it happened by itself
 */
public record HistoryEntry(
    long version,
    String type,
    Instant occurredAt,
    @Nullable String actor,
    List<FieldChange> changes) {

  /**
   * One field of the resource, as clients see it, that is not what it was.
   *
   * @param from null if there was nothing; so it is for all fields of what is created
   * @param to null if there is nothing now
   */
  public record FieldChange(String field, @Nullable Object from, @Nullable Object to) {}
}
