package dev.annals.jobs.schedule;

import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
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
@Tag(name = "Operations")
@ServedBy(ProcessRole.COMMANDS)
@RequestMapping("/admin/schedules")
record ScheduleController(Schedules schedules) {

  /**
   * Lists the schedules, with their last and next run. A schedule that has not run yet has no last
   * run.
   */
  @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  List<Schedules.ScheduleView> list() {
    return schedules.all();
  }

  /** Runs a schedule soon, whatever its time. The run itself follows asynchronously. */
  @ResponseStatus(HttpStatus.ACCEPTED)
  @PostMapping("/{name}/run")
  void run(@PathVariable String name) {
    schedules.runNow(name);
  }
}
