package dev.annals.command.mail;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Priority;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Mails that are due. What is said here counts once the current transaction commits. */
@Component
public class Mails {

  static final TaskDescriptor<MailJob> TASK = TaskDescriptor.of("mail", MailJob.class);

  // Some of what the scheduler runs has mails sent.
  private final ObjectProvider<Scheduler> scheduler;
  private final Clock clock;

  Mails(ObjectProvider<Scheduler> scheduler, Clock clock) {
    this.scheduler = scheduler;
    this.clock = clock;
  }

  /** Has a mail sent, as soon as it can be, unless there is one of that id already. */
  public void schedule(String kind, UUID id, UUID userId, Instant until) {
    schedule(new MailJob(kind, id, userId, until, false), Priority.MEDIUM);
  }

  /** The same for one of very many mails, which must not hold up what somebody waits for. */
  public void scheduleInBulk(String kind, UUID id, UUID userId, Instant until) {
    schedule(new MailJob(kind, id, userId, until, false), Priority.LOW);
  }

  /**
   * Forgets a mail that was not sent yet. One that is being sent at this moment is left to its
   * writer.
   */
  public void cancel(UUID id) {
    Scheduler jobs = scheduler.getObject();
    jobs.getScheduledExecution(TASK.instanceId(id.toString()))
        .filter(waiting -> !waiting.isPicked())
        .ifPresent(waiting -> jobs.cancel(waiting.getTaskInstance()));
  }

  private void schedule(MailJob job, int priority) {
    scheduler
        .getObject()
        .scheduleIfNotExists(
            TASK.instance(job.id().toString()).data(job).priority(priority).build(),
            clock.instant());
  }
}
