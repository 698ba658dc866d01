package dev.annals.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An event.
 *
 * @param position its place in the order of all events
 * @param revision of the payload's shape; null if it has none
 * @param actor the id of the user who caused it; null if no user did
 * @param occurredAt null if unreadable
 * @param payload decrypted, in its stored shape; null if the event is unreadable
 * @param unreadable why the event cannot be read; absent if it can
 * @param stored the sealed bytes in base64; absent unless the events are streamed
 */
record AuditedEvent(
    long position,
    String eventId,
    String aggregateType,
    String aggregateId,
    long sequence,
    String type,
    @Nullable String revision,
    @Nullable Instant occurredAt,
    @Schema(format = "uuid") @Nullable String actor,
    @Schema(pattern = "^[A-Za-z0-9._-]{1,64}$") @Nullable String correlationId,
    @Nullable JsonNode payload,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String unreadable,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String stored) {}
