package dev.annals.events.task;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annals.base.event.Personal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a task that its owner sets. A field that is added later is nullable, and is null in
 * older events.
 */
public record TaskValues(
    @Personal String title,
    @Personal String description,
    TaskPriority priority,
    @JsonInclude @Nullable Instant dueAt,
    @Personal List<String> tags,
    @Nullable Integer estimate) {

  /** Returns these values with another estimate, in minutes. */
  public TaskValues withEstimate(@Nullable Integer estimate) {
    return new TaskValues(title, description, priority, dueAt, tags, estimate);
  }
}
