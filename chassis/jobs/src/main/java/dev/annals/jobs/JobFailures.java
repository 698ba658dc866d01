package dev.annals.jobs;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.VoidExecutionHandler;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Retries failed jobs without end, and logs and counts their failures. */
public record JobFailures(MeterRegistry metrics) {

  private static final Logger log = LoggerFactory.getLogger(JobFailures.class);

  /** Returns a handler that retries after the delay of {@link Backoff}. */
  public <T> FailureHandler<T> repeat() {
    return this::failed;
  }

  /** Returns a job that is retried if it fails or its process dies. */
  public <T> Task<T> retried(TaskDescriptor<T> job, VoidExecutionHandler<T> work) {
    return Tasks.oneTime(job).onFailure(repeat()).onDeadExecutionRevive().execute(work);
  }

  private <T> void failed(ExecutionComplete complete, ExecutionOperations<T> operations) {
    String job = complete.getExecution().taskInstance.getTaskName();
    Instant next =
        complete.getTimeDone().plus(Backoff.after(complete.getExecution().consecutiveFailures));
    // The message may quote personal data.
    String why =
        NestedExceptionUtils.getMostSpecificCause(complete.getCause().orElseThrow())
            .getClass()
            .getSimpleName();
    log.warn(
        "The job {} {} failed and is retried at {}: {}",
        job,
        complete.getExecution().getId(),
        next,
        why);
    metrics.counter("annals.job.failures", "job", job).increment();
    operations.reschedule(complete, next);
  }
}
