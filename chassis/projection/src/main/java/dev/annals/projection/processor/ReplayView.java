package dev.annals.projection.processor;

import dev.annals.projection.replay.Replay;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A replay of a read model.
 *
 * @param processed how many of the events, {@code total} so far, are in the new read model
 * @param etaSeconds the estimated remaining time at its rate so far; null while unknown
 * @param finishedAt null while it runs
 */
record ReplayView(
    String id,
    String processor,
    Replay.State state,
    long processed,
    long total,
    double eventsPerSecond,
    @Nullable Long etaSeconds,
    Instant startedAt,
    @Nullable Instant finishedAt) {

  static ReplayView of(Replay replay, Instant now) {
    Instant end = replay.finishedAt() == null ? now : replay.finishedAt();
    long millis = Math.max(1, Duration.between(replay.startedAt(), end).toMillis());
    double rate = replay.processed() * 1000.0 / millis;
    return new ReplayView(
        replay.id(),
        replay.processor(),
        replay.state(),
        replay.processed(),
        replay.total(),
        rate,
        eta(replay, rate),
        replay.startedAt(),
        replay.finishedAt());
  }

  private static Long eta(Replay replay, double rate) {
    if (replay.state() != Replay.State.RUNNING) {
      return 0L;
    }
    return rate == 0 ? null : (long) Math.ceil((replay.total() - replay.processed()) / rate);
  }
}
