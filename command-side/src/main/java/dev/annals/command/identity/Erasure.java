package dev.annals.command.identity;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.command.attachment.FileStorage;
import dev.annals.platform.axon.StoredEvents;
import java.time.Clock;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * What of an erased user no transaction with their key can remove: their files, which are not in
 * the database, and the states of what they kept, which may be many. It is a job, so it is repeated
 * until it is done, whatever ends in the middle; each step can be.
 */
@Component
class Erasure {

  /** Its data is the number of looks so far; earlier versions store none. */
  static final TaskDescriptor<Integer> JOB = TaskDescriptor.of("erasure", Integer.class);

  // The job is one of its own.
  private final ObjectProvider<Scheduler> scheduler;
  private final CommandGateway commands;
  private final FileStorage files;
  private final StoredEvents events;
  private final Clock clock;

  Erasure(
      ObjectProvider<Scheduler> scheduler,
      CommandGateway commands,
      FileStorage files,
      StoredEvents events,
      Clock clock) {
    this.scheduler = scheduler;
    this.commands = commands;
    this.files = files;
    this.events = events;
    this.clock = clock;
  }

  /** Has it done, as part of the current transaction. */
  void begin(UUID userId) {
    scheduler.getObject().schedule(JOB.instance(userId.toString()).build(), clock.instant());
  }

  /**
   * Does what can be done now. Once nothing is left, the user says so.
   *
   * @return whether nothing is left; files are removed by jobs of their own
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
