package dev.annals.command;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Has a job that must be done some day repeated until it is, and counts how often it failed. */
@Component
public class JobFailures {

  private static final Logger log = LoggerFactory.getLogger(JobFailures.class);

  private final MeterRegistry metrics;

  JobFailures(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  /** Repeats it as {@link Backoff} has it, for ever. */
  public <T> FailureHandler<T> repeat() {
    return this::failed;
  }

  private <T> void failed(ExecutionComplete complete, ExecutionOperations<T> operations) {
    String job = complete.getExecution().taskInstance.getTaskName();
    Instant next =
        complete.getTimeDone().plus(Backoff.after(complete.getExecution().consecutiveFailures));
    // Its message may quote what is personal.
    String why = root(complete.getCause().orElseThrow()).getClass().getSimpleName();
    log.warn(
        "The job {} {} is tried again at {}: {}", job, complete.getExecution().getId(), next, why);
    metrics.counter("annals.job.failures", "job", job).increment();
    operations.reschedule(complete, next);
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
