package dev.annals.command.attachment;

import java.util.UUID;

/**
 * A file that a client is going to send to a signed URL.
 *
 * @param id the id of the future attachment, too
 * @param sha256 the announced digest
 */
public record Upload(
    UUID id,
    UUID ownerId,
    UUID taskId,
    String fileName,
    String contentType,
    long size,
    String sha256) {}
