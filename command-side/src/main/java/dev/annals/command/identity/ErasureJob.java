package dev.annals.command.identity;

import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.Backoff;
import dev.annals.command.JobFailures;
import java.time.Clock;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ErasureJob {

  @Bean
  Task<Integer> erasure(Erasure erasure, JobFailures failures, Clock clock) {
    return Tasks.custom(Erasure.JOB)
        .onFailure(failures.repeat())
        .onDeadExecutionRevive()
        .execute(
            (job, context) -> {
              if (erasure.complete(UUID.fromString(job.getId()))) {
                return new CompletionHandler.OnCompleteRemove<>();
              }
              int looks = job.getData() == null ? 0 : job.getData();
              return (complete, operations) ->
                  operations.reschedule(
                      complete, clock.instant().plus(Backoff.after(looks)), looks + 1);
            });
  }
}
