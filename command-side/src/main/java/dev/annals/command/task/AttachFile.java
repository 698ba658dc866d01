package dev.annals.command.task;

import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;

/**
 * Attaches a file whose bytes are safe already.
 *
 * @param claim what holds the bytes until the file is attached
 */
record AttachFile(
    @TargetAggregateIdentifier UUID taskId,
    UUID requester,
    UUID claim,
    UUID attachmentId,
    String fileName,
    String contentType,
    long size,
    String sha256) {}
