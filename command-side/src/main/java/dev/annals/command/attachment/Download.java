package dev.annals.command.attachment;

import java.util.UUID;

/** An attached file to read by a signed URL. */
public record Download(
    UUID taskId, UUID attachmentId, String fileName, String contentType, String sha256) {}
