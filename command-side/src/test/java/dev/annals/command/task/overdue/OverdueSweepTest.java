package dev.annals.command.task.overdue;

import static dev.annals.given.TaskBuilder.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.command.task.TaskCommand.CompleteTask;
import dev.annals.command.task.TaskCommand.CreateTask;
import dev.annals.command.task.TaskCommand.DeleteTask;
import dev.annals.command.task.TaskCommand.MarkTaskOverdue;
import dev.annals.command.task.TaskCommand.ReopenTask;
import dev.annals.command.task.TaskCommand.RestoreTask;
import dev.annals.command.task.TaskCommand.UpdateTask;
import dev.annals.command.task.overdue.DueTasks.DueTask;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.schedule.Schedule.Trigger;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.core.ThrowingRunnable;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Tasks without their deadline, like after a restored backup. */
class OverdueSweepTest {

  private static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");
  private static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private static ConfigurableApplicationContext node;

  private final UUID task = UUID.randomUUID();
  private final JdbcClient jdbc = node.getBean(JdbcClient.class);
  private final CommandGateway commands = node.getBean(CommandGateway.class);
  private final OverdueSweep sweep = node.getBean(OverdueSweep.class);

  @BeforeAll
  static void start() {
    node = Database.create().start();
    node.getBean(StoredSubjectKeys.class).create(ANNA);
    // Deadlines never run.
    node.getBean(Configuration.class)
        .eventProcessingConfiguration()
        .eventProcessor("overdue")
        .orElseThrow()
        .shutDown();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void noUnmarkedTaskIsLeft() {
    jdbc.sql("delete from events.due_task").update();
  }

  @Test
  void marksATaskWhoseDeadlineWasMissedOnce() {
    double before = swept();
    forgotten(PAST);

    sweep.run(Trigger.SCHEDULED);
    sweep.run(Trigger.SCHEDULED);

    assertThat(marks(task)).isEqualTo(1);
    assertThat(swept()).isEqualTo(before + 1);
    eventually(() -> assertThat(toBeMarked()).isEmpty());
  }

  @Test
  void marksTasksOfAllPagesWhenOthersCannotBeMarked() {
    jdbc.sql(
            """
            insert into events.due_task (task_id, owner_id, due_at)
            select gen_random_uuid(), ?, '2020-01-01T00:00:00Z' from generate_series(1, 401)
            """)
        .param(ANNA)
        .update();
    create(PAST.plusSeconds(1));
    eventually(() -> assertThat(toBeMarked()).hasSize(402));

    assertThatThrownBy(() -> sweep.run(Trigger.SCHEDULED))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("401 tasks could not be marked");

    assertThat(marks(task)).isEqualTo(1);
  }

  @Test
  void leavesATaskThatJustBecameDueToItsDeadline() {
    forgotten(Instant.now().minusSeconds(60));

    sweep.run(Trigger.SCHEDULED);

    assertThat(marks(task)).isZero();
  }

  @Test
  void listsOnlyOpenTasksAsUnmarked() {
    create(FUTURE);
    waitsFor(true);
    commands.sendAndWait(new CompleteTask(task, ANNA, IfMatch.version(0)));
    waitsFor(false);
    commands.sendAndWait(new ReopenTask(task, ANNA, IfMatch.version(1)));
    waitsFor(true);
    commands.sendAndWait(new DeleteTask(task, ANNA, IfMatch.version(2)));
    waitsFor(false);
    commands.sendAndWait(new RestoreTask(task, ANNA, IfMatch.version(3)));
    waitsFor(true);
    update(4, null);
    waitsFor(false);
    update(5, FUTURE);
    waitsFor(true);
  }

  @Test
  void doesNotListADoneTaskThatGetsADueTimeLater() {
    create(null);
    commands.sendAndWait(new CompleteTask(task, ANNA, IfMatch.version(0)));
    update(1, FUTURE);

    eventually(
        () ->
            assertThat(
                    jdbc.sql("select due_at is not null and done from events.due_task")
                        .query(Boolean.class)
                        .list())
                .containsExactly(true));
    assertThat(toBeMarked()).isEmpty();
  }

  @Test
  void listsAMarkedTaskAgainOnlyWhenItGetsAFutureDueTime() {
    forgotten(PAST);
    commands.sendAndWait(new MarkTaskOverdue(task, PAST));
    waitsFor(false);
    update(1, PAST.plusSeconds(1));
    update(2, FUTURE);
    waitsFor(true);
  }

  private void forgotten(Instant dueAt) {
    create(dueAt);
    waitsFor(true);
  }

  private void create(Instant dueAt) {
    commands.sendAndWait(new CreateTask(task, ANNA, task().due(dueAt).values()));
  }

  private void update(long version, Instant dueAt) {
    commands.sendAndWait(
        new UpdateTask(task, ANNA, IfMatch.version(version), task().due(dueAt).values(), false));
  }

  private void waitsFor(boolean waits) {
    eventually(() -> assertThat(toBeMarked()).hasSize(waits ? 1 : 0));
  }

  private List<DueTask> toBeMarked() {
    return node.getBean(DueTasks.class)
        .unmarked(Instant.parse("2100-01-01T00:00:00Z"), DueTask.NONE, 1000);
  }

  private long marks(UUID of) {
    return jdbc.sql(
            """
            select count(*) from events.domain_event_entry
            where aggregate_identifier = ?
              and payload_type = 'dev.annals.events.task.TaskMarkedOverdue'
            """)
        .param(of.toString())
        .query(Long.class)
        .single();
  }

  private static double swept() {
    return node.getBean(MeterRegistry.class).counter("annals.overdue.swept").count();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(assertion);
  }
}
