package dev.annals.files;

import java.util.UUID;

/** A stored file whose bytes are kept while the claim lasts. */
public record ClaimedFile(
    UUID claim, String fileName, String contentType, long size, String sha256) {}
