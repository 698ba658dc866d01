package dev.annals.jobs.seal;

import dev.annals.eventstore.axon.EventTableProperties;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Adds partitions to the event table before events need them. The health details report if too few
 * are ahead; the status stays UP, since events are still stored.
 */
@Component("eventPartitionsHealthIndicator")
final class EventPartitions extends AbstractHealthIndicator {

  private final JdbcClient jdbc;
  private final EventTableProperties properties;

  EventPartitions(JdbcClient jdbc, EventTableProperties properties) {
    super("The partitions of the event table cannot be read");
    this.jdbc = jdbc;
    this.properties = properties;
  }

  void add() {
    jdbc.sql(properties.addPartitions()).query(row -> {});
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    int ahead =
        jdbc.sql(
                """
                select count(*) from events.event_partition
                where first_position > (select last_value from events.domain_event_entry_global_index_seq)
                """)
            .query(Integer.class)
            .single();
    if (ahead < EventTableProperties.AHEAD) {
      builder.withDetail("ahead", ahead);
    }
  }
}
