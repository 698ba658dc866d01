package dev.annals.command.schedule;

import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {

  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  /** A manual run. While the schedule is running, it fails and is retried. */
  @Bean
  Task<String> runByHand(ScheduleRuns runs) {
    return Tasks.oneTime(ScheduleRuns.MANUAL)
        .onFailure(new FailureHandler.OnFailureRetryLater<>(RETRY_INTERVAL))
        .onDeadExecutionRevive()
        .execute((job, context) -> runs.moveToNow(job.getData()));
  }
}
