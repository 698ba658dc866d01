package dev.annals.files;

import java.util.UUID;

/**
 * A file that a client is going to send to a signed URL.
 *
 * @param id the id of the future file, too
 * @param holderId the id of the aggregate that is going to have the file
 * @param sha256 the announced digest
 */
public record Upload(
    UUID id,
    UUID ownerId,
    UUID holderId,
    String fileName,
    String contentType,
    long size,
    String sha256) {}
