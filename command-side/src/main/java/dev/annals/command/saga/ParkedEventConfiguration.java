package dev.annals.command.saga;

import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.command.JobFailures;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ParkedEventConfiguration {

  @Bean
  Task<Long> parkedEvent(ParkedEvents events, JobFailures failures) {
    return failures.retried(ParkedEvents.JOB, (job, context) -> events.handleUpTo(job.getData()));
  }
}
