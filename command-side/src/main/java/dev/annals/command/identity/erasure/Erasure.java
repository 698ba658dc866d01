package dev.annals.command.identity.erasure;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.annals.command.identity.UserCommand.CompleteErasure;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.files.StoredFiles;
import dev.annals.jobs.Backoff;
import dev.annals.jobs.JobFailures;
import java.time.Clock;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/**
 * Removes the data of an erased user that the transaction of the erasure cannot remove: files,
 * which are not in the database, and snapshots of the user's aggregates, which may be many. It is a
 * job whose steps are idempotent, so it is repeated until it is complete, also after a crash.
 */
@Component
public record Erasure(
    // Lazy: the scheduler needs the job, which is made here.
    ObjectProvider<Scheduler> scheduler,
    CommandGateway commands,
    StoredFiles files,
    StoredEvents events,
    Clock clock) {

  /** The job; its data is the number of runs so far, null in jobs of earlier versions. */
  private static final TaskDescriptor<Integer> JOB = TaskDescriptor.of("erasure", Integer.class);

  @Bean
  Task<Integer> erasureJob(JobFailures failures) {
    return Tasks.custom(JOB)
        .onFailure(failures.repeat())
        .onDeadExecutionRevive()
        .execute(
            (job, context) -> {
              if (complete(UUID.fromString(job.getId()))) {
                return new CompletionHandler.OnCompleteRemove<>();
              }
              int runs = job.getData() == null ? 0 : job.getData();
              return (complete, operations) ->
                  operations.reschedule(
                      complete, clock.instant().plus(Backoff.after(runs)), runs + 1);
            });
  }

  /** Schedules the job as part of the current transaction. */
  public void begin(UUID userId) {
    scheduler.getObject().schedule(JOB.instance(userId.toString()).build(), clock.instant());
  }

  /**
   * Removes what can be removed now, and records the end of the erasure once nothing is left.
   *
   * @return false while files are left, which jobs of the file storage delete
   */
  boolean complete(UUID userId) {
    if (!files.removeAllOf(userId)) {
      return false;
    }
    events.deleteSnapshots(userId);
    commands.sendAndWait(new CompleteErasure(userId));
    return true;
  }
}
