package dev.annals.command.identity;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.JobFailures;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ErasureJob {

  private static final Duration UNTIL_THE_NEXT_LOOK = Duration.ofSeconds(1);

  @Bean
  Task<Void> erasure(Erasure erasure, JobFailures failures, Clock clock) {
    return Tasks.custom(Erasure.JOB)
        .onFailure(failures.repeat())
        .onDeadExecutionRevive()
        .execute(
            (job, context) ->
                erasure.complete(UUID.fromString(job.getId()))
                    ? new CompletionHandler.OnCompleteRemove<>()
                    : (complete, operations) ->
                        operations.reschedule(complete, clock.instant().plus(UNTIL_THE_NEXT_LOOK)));
  }
}
