package dev.annals.jobs.mail;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Priority;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;

/** Schedules and cancels mails, as part of the current transaction. */
public record Mails(
    // Lazy: some of the scheduler's jobs need this bean.
    ObjectProvider<Scheduler> scheduler, Clock clock) {

  static final TaskDescriptor<MailJob> JOB = TaskDescriptor.of("mail", MailJob.class);

  /** Schedules a mail to be sent as soon as possible, unless its id is scheduled already. */
  public void schedule(String kind, UUID id, UUID userId, Instant until) {
    schedule(new MailJob(kind, id, userId, until, false), Priority.MEDIUM);
  }

  /** Schedules one of many mails, with a lower priority than mails that a user waits for. */
  public void scheduleInBulk(String kind, UUID id, UUID userId, Instant until) {
    schedule(new MailJob(kind, id, userId, until, false), Priority.LOW);
  }

  /** Cancels a mail that was not sent yet. If it is being sent, its writer decides. */
  public void cancel(UUID id) {
    Scheduler jobs = scheduler.getObject();
    jobs.getScheduledExecution(JOB.instanceId(id.toString()))
        .filter(waiting -> !waiting.isPicked())
        .ifPresent(waiting -> jobs.cancel(waiting.getTaskInstance()));
  }

  private void schedule(MailJob job, int priority) {
    scheduler
        .getObject()
        .scheduleIfNotExists(
            JOB.instance(job.id().toString()).data(job).priority(priority).build(),
            clock.instant());
  }
}
