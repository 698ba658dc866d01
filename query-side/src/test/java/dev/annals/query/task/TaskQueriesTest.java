package dev.annals.query.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.base.problem.Refusal;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskStarted;
import dev.annals.given.TaskBuilder;
import dev.annals.http.web.Page;
import dev.annals.http.web.QueryReader;
import dev.annals.http.web.Sort;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.resource.ResourceQueries;
import dev.annals.query.Delivery;
import dev.annals.query.Stream;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskQueriesTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");
  private static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");

  private final TestMongo mongo = new TestMongo();
  private final ReadModel<TaskDocument> model =
      new ReadModel<>(
          TestMongo.services(mongo.database()),
          "tasks",
          1,
          TaskDocument.class,
          TaskProjection.TASKS.indexes());
  private final Delivery delivery = new Delivery(new TaskProjection(model), mongo);
  private final ResourceQueries<TaskDocument, TaskView> tasks =
      new ResourceQueries<>(TaskProjection.TASKS, model);

  @BeforeEach
  void someTasks() {
    deliver(task(1, "Alpha", TaskPriority.NORMAL, JUNE, "x"));
    deliver(task(2, "Beta", TaskPriority.URGENT, null), new TaskStarted(id(2), ANN));
    deliver(
        task(3, "Gamma", TaskPriority.LOW, MAY, "x", "y"),
        new TaskStarted(id(3), ANN),
        new TaskCompleted(id(3), ANN));
    deliver(task(4, "Alpha", TaskPriority.HIGH, null));
    deliver(task(5, "Trash", TaskPriority.HIGH, MAY), new TaskDeleted(id(5), ANN));
    deliver(TaskBuilder.task().titled("Ben's").due(MAY).tagged("x").created(id(6), BEN));
  }

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void findsATaskForItsOwnerAlone() {
    assertThat(tasks.find(ANN, id(3)).map(TaskDocument::view))
        .contains(
            new TaskView(
                id(3).toString(),
                TaskBuilder.task()
                    .titled("Gamma")
                    .described("about Gamma")
                    .priority(TaskPriority.LOW)
                    .due(MAY)
                    .tagged("x", "y")
                    .values(),
                TaskStatus.DONE,
                false,
                List.of(),
                2,
                Stream.START,
                Stream.START.plusSeconds(2),
                Stream.START.plusSeconds(2),
                null));
    assertThat(tasks.find(BEN, id(3))).isEmpty();
    assertThat(tasks.find(ANN, id(5))).isEmpty();
    assertThat(tasks.find(ANN, id(7))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'title,asc', '1 4 2 3'",
    "'title,desc', '3 2 4 1'",
    "'createdAt,asc', '1 2 3 4'",
    "'createdAt,desc', '4 3 2 1'",
    "'updatedAt,asc', '1 4 2 3'",
    "'updatedAt,desc', '3 2 4 1'",
    "'dueAt,asc', '3 1 2 4'",
    "'dueAt,desc', '1 3 4 2'",
    "'estimate,asc', '2 4 1 3'",
    "'estimate,desc', '4 2 3 1'",
    "'priority,asc', '3 1 4 2'",
    "'priority,desc', '2 4 1 3'",
    "'dueAt,asc&sort=priority,asc', '3 1 4 2'",
    "'dueAt,desc&sort=title,desc', '1 3 2 4'",
    "'title,asc&sort=dueAt,desc', '1 4 2 3'"
  })
  void sortsInBothDirectionsWithTiesByIdAndMissingValuesLast(String sort, String expected) {
    assertThat(ids("sort=" + sort)).isEqualTo(expected);
  }

  @Test
  void sortsByTheLatestCreationByDefault() {
    assertThat(ids("")).isEqualTo("4 3 2 1");
    assertThat(QueryReader.read("", TaskQuery.class).sort().orders())
        .containsExactly(Sort.Order.descending("createdAt"));
  }

  @ParameterizedTest
  @CsvSource({
    "status=OPEN, '1 4'",
    "status=IN_PROGRESS, 2",
    "status=DONE, 3",
    "priority=NORMAL, 1",
    "priority=URGENT, 2",
    "overdue=false, '1 2 3 4'",
    "overdue=true, ''",
    "dueBefore=2026-06-01T00:00:00Z, 3",
    "dueBefore=2026-06-01T00:00:00.001Z, '1 3'",
    "dueBefore=2026-05-01T00:00:00Z, ''",
    "dueAfter=2026-05-01T00:00:00Z, 1",
    "dueAfter=2026-04-30T23:59:59.999Z, '1 3'",
    "dueAfter=2026-05-01T00:00:00Z&dueBefore=2026-06-01T00:00:00Z, ''",
    "dueAfter=2026-04-01T00:00:00Z&dueBefore=2026-05-15T00:00:00Z, 3",
    "dueAfter=2026-07-01T00:00:00Z&dueBefore=2026-04-15T00:00:00Z, ''",
    "tag=x, '1 3'",
    "tag=x&tag=y, 3",
    "q=alp, '1 4'",
    "q=gamma+about, 3",
    "deleted=true, 5",
    "deleted=false, '1 2 3 4'",
    "status=OPEN&priority=HIGH&q=alpha, 4",
    "unknown=whatever, '1 2 3 4'"
  })
  void filtersByEachParameter(String query, String expected) {
    assertThat(ids(query + "&sort=createdAt,asc")).isEqualTo(expected);
  }

  @Test
  void aPageTellsTheNumberOfAllTasks() {
    assertThat(list("size=3&page=1").page()).isEqualTo(new Page.Position(3, 1, 4, 2));
    assertThat(ids("size=3&page=1")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=open",
        "status=",
        "priority=5",
        "overdue=yes",
        "dueBefore=tomorrow",
        "dueAfter=2026-05-01",
        "status=OPEN&status=DONE",
        "sort=status,asc",
        "tag=%20"
      })
  void refusesInvalidParameters(String query) {
    assertThatThrownBy(() -> list(query)).isInstanceOf(Refusal.class);
  }

  private void deliver(TaskEvent... events) {
    delivery.deliver(Stream.of(events).messages());
  }

  private static TaskCreated task(
      int number, String title, TaskPriority priority, Instant dueAt, String... tags) {
    return TaskBuilder.task()
        .titled(title)
        .described("about " + title)
        .priority(priority)
        .due(dueAt)
        .tagged(tags)
        .estimated(number % 2 == 0 ? 10 * number : null)
        .created(id(number), ANN);
  }

  private String ids(String query) {
    return String.join(
        " ",
        list(query).content().stream()
            .map(task -> task.id().substring(task.id().length() - 1))
            .toList());
  }

  private Page<TaskView> list(String query) {
    return tasks.list(ANN, QueryReader.read(query, TaskQuery.class));
  }

  private static UUID id(int number) {
    return new UUID(9, number);
  }
}
