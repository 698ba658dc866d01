package dev.annals.projection.history;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of a resource by one event.
 *
 * @param version the version of the resource after the event
 * @param type the name of the event
 * @param actor the id of the user who made the change; null if the program made it
 */
public record HistoryEntry(
    long version,
    String type,
    Instant occurredAt,
    @Schema(format = "uuid") @Nullable String actor,
    List<FieldChange> changes) {

  /**
   * A changed field of the resource as clients see it.
   *
   * @param from the value before; null if there was none, as for each field of a new resource
   * @param to the value after; null if there is none
   */
  public record FieldChange(String field, @Nullable Object from, @Nullable Object to) {}
}
