package dev.annals.platform.processor;

import java.time.Instant;

/**
 * What a processor failed on last.
 *
 * @param error what kind of failure it was; nothing of the event's content
 * @param position the place of the first event of the batch that failed, in the order of all events
 */
public record ProcessorFailure(String error, long position, Instant failedAt) {}
