package dev.annals.command.task.overdue;

import static dev.annals.given.TaskBuilder.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.command.task.TaskCommand.CreateTask;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The deadlines of two command sides on one database. */
class OverdueTest {

  private static final int TASKS = 50;

  private final Database database = Database.create();
  private final JdbcClient jdbc = database.jdbc();

  @Test
  void marksEachTaskOnceWhenAnInstanceEndsInBetween() {
    try (ConfigurableApplicationContext first = database.start();
        ConfigurableApplicationContext second = database.start()) {
      UUID owner = UUID.randomUUID();
      second.getBean(StoredSubjectKeys.class).create(owner);
      Instant from = Instant.now();
      CommandGateway commands = second.getBean(CommandGateway.class);
      for (int i = 0; i < TASKS; i++) {
        create(commands, owner, from.plusMillis(3000 + 60L * i));
      }
      create(commands, owner, Instant.parse("0001-01-01T00:00:00Z"));
      create(commands, owner, Instant.parse("9999-12-31T23:59:59Z"));
      await().atMost(Duration.ofSeconds(20)).until(() -> marks() > TASKS / 3);

      first.close();

      await().atMost(Duration.ofSeconds(60)).until(() -> marks() >= TASKS + 1 && deadlines() == 1);
      assertThat(marks()).isEqualTo(TASKS + 1);
      assertThat(
              jdbc.sql(
                      """
                      select count(distinct aggregate_identifier) from events.domain_event_entry
                      where payload_type = 'dev.annals.events.task.TaskMarkedOverdue'
                      """)
                  .query(Long.class)
                  .single())
          .isEqualTo(TASKS + 1);
    }
  }

  private static void create(CommandGateway commands, UUID owner, Instant dueAt) {
    commands.sendAndWait(new CreateTask(UUID.randomUUID(), owner, task().due(dueAt).values()));
  }

  private long marks() {
    return jdbc.sql(
            """
            select count(*) from events.domain_event_entry
            where payload_type = 'dev.annals.events.task.TaskMarkedOverdue'
            """)
        .query(Long.class)
        .single();
  }

  private long deadlines() {
    return jdbc.sql(
            "select count(*) from events.scheduled_tasks where task_instance <> 'recurring'")
        .query(Long.class)
        .single();
  }
}
