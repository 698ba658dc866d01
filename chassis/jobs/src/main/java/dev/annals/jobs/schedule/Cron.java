package dev.annals.jobs.schedule;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import dev.annals.base.start.CannotStartException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.scheduling.support.CronExpression;

/**
 * A schedule by a cron expression of six fields, the first one seconds, in UTC.
 *
 * <p>A stored run keeps its time unless the expression yields an earlier one, so a restart of the
 * program does not delay the retry of a failed run.
 */
record Cron(CronExpression expression) implements Schedule {

  /**
   * @throws CannotStartException unless the expression is valid and yields a future time
   */
  static Cron parse(String property, String text, Instant now) {
    try {
      Cron cron = new Cron(CronExpression.parse(text));
      if (cron.next(now).isPresent()) {
        return cron;
      }
    } catch (IllegalArgumentException e) {
      throw wrong(property, e);
    }
    throw wrong(property, null);
  }

  Optional<Instant> next(Instant from) {
    return Optional.ofNullable(expression.next(LocalDateTime.ofInstant(from, ZoneOffset.UTC)))
        .map(time -> time.toInstant(ZoneOffset.UTC));
  }

  @Override
  public Instant getNextExecutionTime(ExecutionComplete complete) {
    return next(complete.getTimeDone()).orElse(NEVER);
  }

  @Override
  public Instant getInitialExecutionTime(Instant now) {
    return next(now).orElse(NEVER);
  }

  @Override
  public boolean isDeterministic() {
    return false;
  }

  private static CannotStartException wrong(String property, IllegalArgumentException cause) {
    return new CannotStartException(
        "The property " + property + " is not a cron expression such as 0 30 3 * * *.", cause);
  }
}
