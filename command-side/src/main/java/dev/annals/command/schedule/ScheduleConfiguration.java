package dev.annals.command.schedule;

import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {

  private static final Duration UNTIL_THE_NEXT_ATTEMPT = Duration.ofSeconds(1);

  /** A run by hand. It fails, and comes again, while a run of the schedule is under way. */
  @Bean
  Task<String> runByHand(ScheduleRuns runs) {
    return Tasks.oneTime(ScheduleRuns.MANUAL)
        .onFailure(new FailureHandler.OnFailureRetryLater<>(UNTIL_THE_NEXT_ATTEMPT))
        .onDeadExecutionRevive()
        .execute((job, context) -> runs.moveToNow(job.getData()));
  }
}
