package dev.annals.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.events.note.NoteValues;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A note.
 *
 * @param deletedAt null, and not in the JSON, unless the note is in the trash
 */
@Schema(name = "Note")
public record NoteView(
    String id,
    @JsonUnwrapped NoteValues values,
    long version,
    Instant createdAt,
    Instant updatedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {}
