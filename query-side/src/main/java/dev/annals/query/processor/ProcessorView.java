package dev.annals.query.processor;

import java.util.List;

/**
 * A processor as administrators see it.
 *
 * @param side {@code command} or {@code query}
 * @param position the place in the order of events up to which all segments have come; 0 before the
 *     first
 * @param head the place of the last event
 * @param lag how many places it is behind
 * @param eventsPerSecond how many places it has come on in each of the last seconds
 * @param segments how many there are
 * @param owners the processes that have some of them
 * @param error what it fails on again and again; null when nothing holds it up
 * @param deadLetters how many aggregates wait for an event that it could not handle
 * @param replayable whether what it keeps can be built anew
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
    String error,
    long deadLetters,
    boolean replayable) {}
