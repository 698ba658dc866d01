package dev.annals.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.events.task.TaskValues;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task.
 *
 * @param completedAt null unless the task is {@code DONE}
 * @param deletedAt null, and not in the JSON, unless the task is in the trash
 */
@Schema(name = "Task")
public record TaskView(
    String id,
    @JsonUnwrapped TaskValues values,
    TaskStatus status,
    boolean overdue,
    List<AttachmentView> attachments,
    long version,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant completedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {}
