package dev.annals.command.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The current state of a resource.
 *
 * @param deletedAt when it was moved to the trash; null, and then not written, if it was not
 */
public record ExportedResource(
    @JsonUnwrapped Object details,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant deletedAt) {}
