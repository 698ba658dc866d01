package dev.annals.command.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something of theirs as it is now.
 *
 * @param deletedAt null, and not written, when it is not in the trash
 */
public record ExportedResource(
    @JsonUnwrapped Object details,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {}
