package dev.annals.eventstore.processor;

import java.util.List;
import java.util.Optional;

/**
 * The stored state of an event processor.
 *
 * @param side {@code command} or {@code query}
 * @param lastFailure the last failure, even if the processor has passed it
 */
public record ProcessorState(
    String name, String side, List<Segment> segments, Optional<ProcessorFailure> lastFailure) {

  public ProcessorState {
    segments = List.copyOf(segments);
  }

  /**
   * The state of a segment.
   *
   * @param position the position of the last handled event; -1 before the first
   * @param owner the process that has claimed it; null if none has
   */
  public record Segment(long position, String owner) {}

  /** Returns the position up to which all segments have handled events, or 0 before the first. */
  public long position() {
    return Math.max(0, segments.stream().mapToLong(Segment::position).min().orElse(0));
  }

  /** Returns the failure that blocks the processor, empty if it has passed its last failure. */
  public Optional<ProcessorFailure> failure() {
    return lastFailure.filter(failure -> position() < failure.position());
  }
}
