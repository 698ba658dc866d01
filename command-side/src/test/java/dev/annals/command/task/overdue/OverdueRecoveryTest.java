package dev.annals.command.task.overdue;

import static dev.annals.given.TaskBuilder.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.annals.command.Database;
import dev.annals.command.task.TaskCommand.CompleteTask;
import dev.annals.command.task.TaskCommand.CreateTask;
import dev.annals.command.task.TaskCommand.MarkTaskOverdue;
import dev.annals.command.task.TaskCommand.UpdateTask;
import dev.annals.events.task.TaskPriority;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.schedule.Schedule.Trigger;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.Registration;
import org.axonframework.config.Configuration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Deadlines that fail or collide with events, and tasks without a deadline. */
class OverdueRecoveryTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private final Database database = Database.create();
  private final JdbcClient jdbc = database.jdbc();
  private final UUID task = UUID.randomUUID();

  @Test
  void repeatsADeadlineThatFailsAndListsItsSaga() {
    try (ConfigurableApplicationContext node = start()) {
      AtomicInteger failures = new AtomicInteger();
      Registration broken =
          node.getBean(CommandBus.class)
              .registerHandlerInterceptor(
                  (unitOfWork, chain) -> {
                    if (unitOfWork.getMessage().getPayload() instanceof MarkTaskOverdue) {
                      failures.incrementAndGet();
                      throw new IllegalStateException("broken");
                    }
                    return chain.proceed();
                  });
      create(node, Instant.now());
      eventually().until(() -> failures.get() >= 2);
      HealthIndicator sagas = node.getBean("sagasHealthIndicator", HealthIndicator.class);
      eventually()
          .untilAsserted(
              () ->
                  assertThat(sagas.health(true).getDetails()).containsOnlyKeys("failingDeadlines"));
      assertThat(
              node.getBean(MeterRegistry.class)
                  .counter("annals.job.failures", "job", "AxonDeadline")
                  .count())
          .isGreaterThanOrEqualTo(2);

      broken.cancel();

      eventually().until(() -> marks() == 1);
      eventually().until(() -> sagas.health(true).getDetails().isEmpty());
    }
  }

  @Test
  void keepsTheUpdatesOfADeadlineAndAnEventThatCollide() {
    try (ConfigurableApplicationContext deadlines = start();
        ConfigurableApplicationContext events = database.start()) {
      events.getBean(Scheduler.class).pause();
      deadlines
          .getBean(Configuration.class)
          .eventProcessingConfiguration()
          .eventProcessor("overdue")
          .orElseThrow()
          .shutDown();
      CountDownLatch marking = new CountDownLatch(1);
      CountDownLatch moved = new CountDownLatch(1);
      deadlines
          .getBean(CommandBus.class)
          .registerHandlerInterceptor(
              (unitOfWork, chain) -> {
                if (unitOfWork.getMessage().getPayload() instanceof MarkTaskOverdue) {
                  marking.countDown();
                  moved.await();
                }
                return chain.proceed();
              });
      create(events, Instant.now());
      eventually().until(() -> marking.getCount() == 0);

      Instant later = Instant.now().plusSeconds(2);
      events
          .getBean(CommandGateway.class)
          .sendAndWait(
              new UpdateTask(task, ANNA, IfMatch.version(0), task().due(later).values(), false));
      eventually().until(() -> anEventWaits() || isScheduled(later));
      moved.countDown();

      eventually().until(() -> marks() == 1);
    }
  }

  @Test
  void leavesATaskWithoutADeadlineToTheSweep() {
    Flyway.configure().dataSource(database.dataSource()).target("3").load().migrate();
    UUID old = UUID.randomUUID();
    jdbc.sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number,
                                                   type, time_stamp, payload_type, payload_revision, payload, meta_data)
            values ('00000000-0000-4000-8000-000000000001', ?, 0, 'Task', '2020-01-01T00:00:00Z',
                    'dev.annals.events.task.TaskCreated', '1', convert_to(?, 'UTF8'), convert_to('{}', 'UTF8'))
            """)
        .params(
            old.toString(),
            """
            {"taskId":"%s","ownerId":"%s","title":null,"description":null,"priority":"NORMAL",
             "dueAt":"2020-01-01T00:00:00Z","tags":null}
            """
                .formatted(old, ANNA))
        .update();

    try (ConfigurableApplicationContext node = start()) {
      create(node, Instant.now());
      eventually().until(() -> marks() > 0);
      assertThat(marked()).containsExactly(task.toString());

      node.getBean(OverdueSweep.class).run(Trigger.SCHEDULED);

      assertThat(marked()).containsExactly(task.toString(), old.toString());
    }
  }

  @Test
  void endsSagasOfAnEarlierVersionThatWaitForNothingAtTheFirstStart() {
    Instant future = Instant.parse("2099-01-01T00:00:00Z");
    try (ConfigurableApplicationContext node = start()) {
      create(node, future);
      eventually().until(() -> isScheduled(future));
    }
    // The stored form of that version: one saga that waits and two that do not.
    jdbc.sql(
            """
            update events.saga_entry
            set serialized_saga = convert_to(
              (convert_from(serialized_saga, 'UTF8')::jsonb || '{"done": false, "deleted": false}')::text, 'UTF8')
            """)
        .update();
    for (String stored :
        List.of(
            "{\"taskId\":null,\"dueAt\":1.0,\"done\":true,\"deleted\":false,\"deadline\":null}",
            "{\"taskId\":null,\"dueAt\":1.0,\"done\":false,\"deleted\":false}")) {
      jdbc.sql(
              """
              with saga as (
                insert into events.saga_entry (saga_id, saga_type, revision, serialized_saga)
                values (gen_random_uuid()::text, 'dev.annals.command.task.OverdueSaga', '1', convert_to(?, 'UTF8'))
                returning saga_id, saga_type)
              insert into events.association_value_entry (association_key, association_value, saga_id, saga_type)
              select 'taskId', gen_random_uuid()::text, saga_id, saga_type from saga
              """)
          .param(stored)
          .update();
    }
    jdbc.sql(
            """
            insert into events.saga_entry (saga_id, saga_type, revision, serialized_saga)
            values ('other', 'dev.annals.command.identity.PasswordResetSaga', '1', convert_to('{}', 'UTF8'))
            """)
        .update();
    jdbc.sql(migration("V16__ended_sagas.sql")).update();

    try (ConfigurableApplicationContext node = database.start()) {
      assertThat(associations()).containsExactlyInAnyOrder("taskId " + task, "userId " + ANNA);
      assertThat(sagas()).isEqualTo(2);

      // An instance of the version before, which still runs, leaves the saga of a done task.
      jdbc.sql(
              """
              update events.saga_entry
              set serialized_saga = convert_to(
                (convert_from(serialized_saga, 'UTF8')::jsonb || '{"done": true, "deadline": null}')::text, 'UTF8')
              where saga_type like '%OverdueSaga'
              """)
          .update();
      jdbc.sql("delete from events.scheduled_tasks where task_name = 'AxonDeadline'").update();
      CommandGateway commands = node.getBean(CommandGateway.class);
      commands.sendAndWait(
          new UpdateTask(
              task,
              ANNA,
              IfMatch.version(0),
              task().titled("New").priority(TaskPriority.LOW).due(future).values(),
              false));
      eventually().until(() -> isScheduled(future));

      commands.sendAndWait(new CompleteTask(task, ANNA, IfMatch.version(1)));

      eventually().until(() -> sagas() == 1);
      assertThat(associations()).isEmpty();
      assertThat(isScheduled(future)).isFalse();
    }
  }

  private static String migration(String name) {
    try {
      return new ClassPathResource("db/migration/" + name)
          .getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> associations() {
    // Every context has one saga of the tests.
    return jdbc.sql(
            """
            select association_key || ' ' || association_value from events.association_value_entry
            where saga_type like '%OverdueSaga'
            """)
        .query(String.class)
        .list();
  }

  private int sagas() {
    return jdbc.sql(
            "select count(*) from events.saga_entry where saga_type not like '%FailingSaga'")
        .query(Integer.class)
        .single();
  }

  private ConfigurableApplicationContext start() {
    ConfigurableApplicationContext node = database.start();
    node.getBean(StoredSubjectKeys.class).create(ANNA);
    return node;
  }

  private void create(ConfigurableApplicationContext node, Instant dueAt) {
    node.getBean(CommandGateway.class)
        .sendAndWait(new CreateTask(task, ANNA, task().due(dueAt).values()));
  }

  private int marks() {
    return marked().size();
  }

  private List<String> marked() {
    return jdbc.sql(
            """
            select aggregate_identifier from events.domain_event_entry
            where payload_type = 'dev.annals.events.task.TaskMarkedOverdue' order by global_index
            """)
        .query(String.class)
        .list();
  }

  /** Holds an event's handler until the deadline's transaction ends. */
  private boolean anEventWaits() {
    return jdbc.sql(
            """
            select exists (select from pg_stat_activity
                           where datname = current_database() and wait_event_type = 'Lock'
                             and query like '%saga_entry%')
            """)
        .query(Boolean.class)
        .single();
  }

  private boolean isScheduled(Instant dueAt) {
    return jdbc.sql(
            """
            select exists (select from events.scheduled_tasks
                           where task_name = 'AxonDeadline' and execution_time = ?::timestamptz)
            """)
        .param(dueAt.toString())
        .query(Boolean.class)
        .single();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }
}
