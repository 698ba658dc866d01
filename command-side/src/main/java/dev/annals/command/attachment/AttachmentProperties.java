package dev.annals.command.attachment;

import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What is allowed of attachments.
 *
 * @param maxSize how much one file may have
 * @param quota how much all files of a user together may have
 * @param types the media types that can be attached
 * @param folder where the local store keeps the bytes; all command sides must see the same folder
 * @param linkLifetime how long a signed URL is good for
 */
@ConfigurationProperties("annals.attachments")
record AttachmentProperties(
    DataSize maxSize, DataSize quota, Set<String> types, String folder, Duration linkLifetime) {}
