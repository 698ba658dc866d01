package dev.annals.projection.processor;

import dev.annals.base.problem.Problem;
import dev.annals.eventstore.processor.CommandProcessors;
import dev.annals.http.openapi.Refuses;
import dev.annals.projection.replay.Replay;
import dev.annals.projection.replay.Replays;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starts, shows and cancels replays. */
@RestController
@Tag(name = "Operations")
@RequestMapping(path = "/admin", produces = MediaType.APPLICATION_JSON_VALUE)
record ReplayController(Replays replays, CommandProcessors effects, Clock clock) {

  /**
   * Rebuilds a read model from all events. The old read model answers until the new one has caught
   * up. No notification, mail or command is repeated.
   */
  @Refuses({Problem.NOT_REPLAYABLE, Problem.REPLAY_RUNNING})
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PostMapping("/processors/{name}/replay")
  ResponseEntity<ReplayView> start(@PathVariable String name) {
    if (effects.has(name)) {
      throw Replays.notReplayable();
    }
    Replay replay = replays.start(name);
    return ResponseEntity.accepted()
        .location(URI.create("/admin/replays/" + replay.id()))
        .body(ReplayView.of(replay, clock.instant()));
  }

  /** Returns the state and the progress of a replay. The remaining time is an estimate. */
  @GetMapping("/replays/{id}")
  ReplayView get(@PathVariable UUID id) {
    return ReplayView.of(replays.find(id), clock.instant());
  }

  /**
   * Cancels a replay. The old read model goes on answering. A replay that has ended stays as it is.
   */
  @PostMapping("/replays/{id}/cancel")
  ReplayView cancel(@PathVariable UUID id) {
    return ReplayView.of(replays.cancel(id), clock.instant());
  }

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
}
