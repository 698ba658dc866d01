package dev.annals.command.saga;

import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.JobFailures;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ParkedEventConfiguration {

  @Bean
  Task<Long> parkedEvent(ParkedEvents events, JobFailures failures) {
    return Tasks.oneTime(ParkedEvents.JOB)
        .onFailure(failures.repeat())
        .onDeadExecutionRevive()
        .execute((job, context) -> events.handleUpTo(job.getData()));
  }
}
