package dev.annals.command.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.api.TaskView;
import dev.annals.command.Database;
import dev.annals.command.task.TaskCommand.CreateTask;
import dev.annals.command.task.TaskCommand.CreateTasks;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.given.TaskBuilder;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class BulkCreationTest {

  private static final UUID OWNER = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private static Database database;
  private static ConfigurableApplicationContext node;

  @BeforeAll
  static void start() {
    database = Database.create();
    node = database.start();
    node.getBean(StoredSubjectKeys.class).create(OWNER);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void createsAllTasksInOneTransactionAndInOrder() {
    List<CreateTask> wanted = List.of(task("One"), task("Two"), task("Three"));

    List<TaskView> created = send(new CreateTasks(wanted));

    assertThat(created)
        .extracting(task -> task.values().title())
        .containsExactly("One", "Two", "Three");
    assertThat(created).extracting(TaskView::version).containsExactly(0L, 0L, 0L);
    assertThat(
            database
                .jdbc()
                .sql(
                    """
                    select aggregate_identifier from events.domain_event_entry
                    where aggregate_identifier in (:ids) order by global_index
                    """)
                .param("ids", wanted.stream().map(task -> task.taskId().toString()).toList())
                .query(String.class)
                .list())
        .containsExactlyElementsOf(wanted.stream().map(task -> task.taskId().toString()).toList());
    assertThat(
            database
                .jdbc()
                .sql(
                    """
                    select count(distinct xid) from events.domain_event_entry
                    where aggregate_identifier in (:ids)
                    """)
                .param("ids", wanted.stream().map(task -> task.taskId().toString()).toList())
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void createsNoTaskWhenOneExistsAlready() {
    CreateTask there = task("There");
    send(new CreateTasks(List.of(there)));
    CreateTask fresh = task("Fresh");

    assertThatThrownBy(() -> send(new CreateTasks(List.of(fresh, there))));

    assertThat(
            database
                .jdbc()
                .sql(
                    "select count(*) from events.domain_event_entry where aggregate_identifier = ?")
                .param(fresh.taskId().toString())
                .query(Long.class)
                .single())
        .isZero();
  }

  private static CreateTask task(String title) {
    return new CreateTask(UUID.randomUUID(), OWNER, TaskBuilder.task().titled(title).values());
  }

  private static List<TaskView> send(CreateTasks command) {
    return node.getBean(CommandGateway.class).sendAndWait(command);
  }
}
