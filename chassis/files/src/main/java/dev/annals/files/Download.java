package dev.annals.files;

import java.util.UUID;

/**
 * A file that a client reads by a signed URL.
 *
 * @param holderId the id of the aggregate that has the file
 * @param sha256 the hash of the bytes, in lower-case hex
 */
public record Download(
    UUID holderId, String id, String fileName, String contentType, String sha256) {}
