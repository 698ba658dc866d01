package dev.annals.query.processor;

import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.processor.CommandProcessors;
import dev.annals.query.model.Replay;
import dev.annals.query.model.Replays;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Starts, shows and cancels replays. */
@RestController
@RequestMapping(path = "/admin", produces = MediaType.APPLICATION_JSON_VALUE)
class ReplayController {

  private final Replays replays;
  private final CommandProcessors effects;
  private final Clock clock;

  ReplayController(Replays replays, CommandProcessors effects, Clock clock) {
    this.replays = replays;
    this.effects = effects;
    this.clock = clock;
  }

  @Refuses({Problem.NOT_REPLAYABLE, Problem.REPLAY_RUNNING})
  @PostMapping("/processors/{name}/replay")
  ResponseEntity<ReplayView> start(@PathVariable("name") String name) {
    if (effects.has(name)) {
      throw Replays.notReplayable();
    }
    Replay replay = replays.start(name);
    return ResponseEntity.accepted()
        .location(URI.create("/admin/replays/" + replay.id()))
        .body(ReplayView.of(replay, clock.instant()));
  }

  @GetMapping("/replays/{id}")
  ReplayView get(@PathVariable("id") UUID id) {
    return ReplayView.of(replays.find(id), clock.instant());
  }

  @PostMapping("/replays/{id}/cancel")
  ReplayView cancel(@PathVariable("id") UUID id) {
    return ReplayView.of(replays.cancel(id), clock.instant());
  }
}
