package dev.annals.command.schedule;

import dev.annals.command.role.ProcessRole;
import dev.annals.command.role.ServedBy;
import dev.annals.platform.problem.Refusal;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lists and runs schedules for administrators. */
@RestController
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping("/admin/schedules")
class ScheduleController {

  private final Schedules schedules;

  ScheduleController(Schedules schedules) {
    this.schedules = schedules;
  }

  /** A schedule in a response. */
  record ScheduleView(
      String name, Instant nextRun, Instant lastRun, Schedules.Outcome lastOutcome) {}

  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  List<ScheduleView> list() {
    return schedules.all().stream()
        .map(it -> new ScheduleView(it.name(), it.nextRun(), it.lastRun(), it.lastOutcome()))
        .toList();
  }

  @ResponseStatus(HttpStatus.ACCEPTED)
  @PostMapping("/{name}/run")
  void run(@PathVariable("name") String name) {
    if (!schedules.knows(name)) {
      throw Refusal.notFound();
    }
    schedules.runNow(name);
  }
}
