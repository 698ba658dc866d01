package dev.annals.projection.processor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event processor.
 *
 * @param side {@code command} or {@code query}
 * @param position the position that all segments have reached; 0 before the first
 * @param head the position of the last event
 * @param lag how many positions it is behind
 * @param eventsPerSecond how many positions it advanced per second, in the last seconds
 * @param segments the number of segments
 * @param owners the processes that own segments
 * @param error its repeated failure; null if none
 * @param deadLetters the number of aggregates that wait for an event that it could not handle
 * @param replayable whether its model can be rebuilt
 */
record ProcessorView(
    String name,
    String side,
    long position,
    long head,
    long lag,
    double eventsPerSecond,
    int segments,
    List<String> owners,
    @Nullable String error,
    long deadLetters,
    boolean replayable) {}
