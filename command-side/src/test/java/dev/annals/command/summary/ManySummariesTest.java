package dev.annals.command.summary;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.annals.command.Database;
import dev.annals.jobs.schedule.Schedule.Trigger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tests 100 000 summaries due in the same hour. */
@Tag("long")
class ManySummariesTest {

  private static final int USERS = 100_000;

  @Test
  void schedulesAMailForEachOfAHundredThousandUsers() {
    Database database = Database.create();
    try (ConfigurableApplicationContext node = database.start()) {
      node.getBean(Scheduler.class).pause();
      JdbcClient jdbc = database.jdbc();
      jdbc.sql(
              """
              insert into events.summary_subscription
              select gen_random_uuid(), 'Europe/Vienna', 7, true, true, current_date - 2, null,
                     now() - interval '1 minute'
              from generate_series(1, ?)
              """)
          .param(USERS)
          .update();
      jdbc.sql(
              """
              insert into identity.account (user_id, password_hash, roles, created_at, verified)
              select user_id, '', '{USER}', now(), true from events.summary_subscription
              """)
          .update();
      jdbc.sql(
              """
              insert into events.due_task (task_id, owner_id, due_at)
              select gen_random_uuid(), user_id, '2020-01-01T00:00:00Z' from events.summary_subscription
              """)
          .update();
      Instant begin = Instant.now();

      node.getBean(DailySummary.class).run(Trigger.SCHEDULED);

      System.out.printf(
          "%d users in %d s%n", USERS, Duration.between(begin, Instant.now()).toSeconds());
      assertThat(count(jdbc, "events.scheduled_tasks where task_name = 'mail'")).isEqualTo(USERS);
      assertThat(count(jdbc, "events.summary_subscription where mailed_day is not null"))
          .isEqualTo(USERS);
      assertThat(count(jdbc, "events.summary_subscription where next_at <= now()")).isZero();
    }
  }

  private static int count(JdbcClient jdbc, String table) {
    return jdbc.sql("select count(*) from " + table).query(Integer.class).single();
  }
}
