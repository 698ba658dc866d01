package dev.annals.command.identity;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.JobFailures;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ErasureJob {

  @Bean
  Task<Void> erasure(Erasure erasure, JobFailures failures) {
    return Tasks.oneTime(Erasure.JOB)
        .onFailure(failures.repeat())
        .onDeadExecutionRevive()
        .execute((job, context) -> erasure.complete(UUID.fromString(job.getId())));
  }
}
