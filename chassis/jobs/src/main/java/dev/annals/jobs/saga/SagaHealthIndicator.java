package dev.annals.jobs.saga;

import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reports the events and deadlines that sagas fail on. The status stays UP. */
@Component("sagasHealthIndicator")
final class SagaHealthIndicator extends AbstractHealthIndicator {

  private static final Map<String, String> DETAILS =
      Map.of("failingDeadlines", "AxonDeadline", "failingEvents", ParkedEvents.JOB.getTaskName());

  private final JdbcClient jdbc;

  SagaHealthIndicator(JdbcClient jdbc) {
    super("The sagas cannot be read");
    this.jdbc = jdbc;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    DETAILS.forEach(
        (detail, job) -> {
          List<String> ids = failing(job);
          if (!ids.isEmpty()) {
            builder.withDetail(detail, ids);
          }
        });
  }

  /** Returns the ids of up to 20 failing jobs. */
  private List<String> failing(String job) {
    return jdbc.sql(
            """
            select task_instance from events.scheduled_tasks
            where task_name = ? and consecutive_failures > 0 order by task_instance limit 20
            """)
        .param(job)
        .query(String.class)
        .list();
  }
}
