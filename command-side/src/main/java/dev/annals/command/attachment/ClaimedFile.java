package dev.annals.command.attachment;

import java.util.UUID;

/**
 * A file whose bytes are safe as long as the claim lasts.
 *
 * @param fileName to show
 */
public record ClaimedFile(
    UUID claim, String fileName, String contentType, long size, String sha256) {}
