package dev.annals.platform.processor;

import java.util.List;
import java.util.Optional;

/**
 * An event processor, as what is stored of it tells.
 *
 * @param side {@code command} or {@code query}
 * @param lastFailure what it failed on last, be it past that or not
 */
public record ProcessorState(
    String name, String side, List<Segment> segments, Optional<ProcessorFailure> lastFailure) {

  public ProcessorState {
    segments = List.copyOf(segments);
  }

  /**
   * Where a segment is.
   *
   * @param position in the order of events; -1 before the first
   * @param owner the process that has it; null when none has
   */
  public record Segment(long position, String owner) {}

  /** The place in the order of events up to which all segments have come; 0 before the first. */
  public long position() {
    return Math.max(0, segments.stream().mapToLong(Segment::position).min().orElse(0));
  }

  /** What holds it up; nothing if it has come past its last failure. */
  public Optional<ProcessorFailure> failure() {
    return lastFailure.filter(failure -> position() < failure.position());
  }
}
