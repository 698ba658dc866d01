package dev.annals.eventstore.processor;

import java.time.Instant;

/**
 * The last failure of a processor.
 *
 * @param error the exception's simple class name, without content of events
 * @param position the position of the first event of the failed batch
 */
public record ProcessorFailure(String error, long position, Instant failedAt) {}
