package dev.annals.command.attachment;

import java.util.UUID;

/**
 * A file that a client is going to send by a signed URL.
 *
 * @param id also of the attachment that it will be
 * @param sha256 of the bytes that are announced
 */
public record Upload(
    UUID id,
    UUID ownerId,
    UUID taskId,
    String fileName,
    String contentType,
    long size,
    String sha256) {}
