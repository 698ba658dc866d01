package dev.annals.query.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.events.task.TaskValues;
import dev.annals.given.TaskBuilder;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.history.History;
import dev.annals.projection.history.HistoryEntry;
import dev.annals.projection.history.HistoryEntry.FieldChange;
import dev.annals.projection.history.PointInTime;
import dev.annals.query.Stream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

class TaskHistoryTest {

  private static final UUID TASK = new UUID(7, 1);
  private static final UUID UNKNOWN = new UUID(7, 2);
  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final Instant T0 = Stream.START;
  private static final List<TaskPriority> PRIORITIES = List.of(TaskPriority.values());

  private final InMemoryEventStorageEngine engine = new InMemoryEventStorageEngine();
  private final History<TaskEvent, TaskDocument> history =
      TaskProjection.TASKS.history(EmbeddedEventStore.builder().storageEngine(engine).build());

  @Test
  void listsTheFieldsThatEachEventChanged() {
    store(
        updated("Dig", null),
        new TaskStarted(TASK, ANN),
        new TaskMarkedOverdue(TASK, ANN, T0),
        TaskBuilder.task().titled("Task").due(T0.plusSeconds(9)).reverted(TASK, ANN, 0),
        new TaskDeleted(TASK, ANN));

    List<HistoryEntry> newest = page(0, 5).content();

    assertThat(newest)
        .extracting(HistoryEntry::type)
        .containsExactly(
            "TaskDeleted", "TaskReverted", "TaskMarkedOverdue", "TaskStarted", "TaskUpdated");
    assertThat(newest).extracting(HistoryEntry::version).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(newest).extracting(HistoryEntry::occurredAt).startsWith(T0.plusSeconds(5));
    assertThat(newest)
        .extracting(HistoryEntry::changes)
        .containsExactly(
            List.of(change("deletedAt", null, "2026-03-01T10:00:05.123Z")),
            List.of(
                change("title", "Dig", "Task"),
                change("dueAt", null, "2026-03-01T10:00:09.123Z"),
                new FieldChange("overdue", BooleanNode.TRUE, BooleanNode.FALSE)),
            List.of(new FieldChange("overdue", BooleanNode.FALSE, BooleanNode.TRUE)),
            List.of(change("status", "OPEN", "IN_PROGRESS")),
            List.of(change("title", "Task", "Dig")));
  }

  @Test
  void listsAllFieldsThatACreationSet() {
    store();

    HistoryEntry creation = page(0, 20).content().get(0);

    assertThat(creation.changes())
        .extracting(FieldChange::field)
        .containsExactly(
            "title", "description", "priority", "tags", "status", "overdue", "attachments");
    assertThat(creation.changes())
        .extracting(FieldChange::from)
        .containsOnly(NullNode.getInstance());
  }

  @Test
  void pagesFromTheNewestChange() {
    store(updated("1", null), updated("2", null), updated("3", null), updated("4", null));

    assertThat(versions(page(0, 2))).containsExactly(4L, 3L);
    assertThat(versions(page(1, 2))).containsExactly(2L, 1L);
    assertThat(versions(page(2, 2))).containsExactly(0L);
    assertThat(versions(page(3, 2))).isEmpty();
    assertThat(page(3, 2).page()).isEqualTo(new Page.Position(2, 3, 5, 3));
    assertThat(page(1, 2).content().get(1).changes()).containsExactly(change("title", "Task", "1"));
  }

  @Test
  void isEmptyForOtherUsersAndUnknownTasksAndVersions() {
    store();
    Paging first = new Paging(0, 20);
    Paging past = new Paging(9, 20);

    assertThat(history.page(BEN, TASK, first)).isEmpty();
    assertThat(history.page(BEN, TASK, past)).isEmpty();
    assertThat(history.page(ANN, UNKNOWN, first)).isEmpty();
    assertThat(history.at(BEN, TASK, version(0))).isEmpty();
    assertThat(history.at(ANN, UNKNOWN, version(0))).isEmpty();
    assertThat(history.at(ANN, TASK, version(1))).isEmpty();
    assertThat(history.at(ANN, TASK, asOf(T0.minusMillis(1)))).isEmpty();
    assertThat(history.at(ANN, TASK, asOf(T0))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void agreesWithANaiveFoldAtEachVersionAndInstant(long seed) {
    List<DomainEventMessage<?>> events = store(random(new Random(seed), 60));

    for (int last = 0; last < events.size(); last++) {
      TaskView expected = NaiveTask.fold(events.subList(0, last + 1));
      assertThat(history.at(ANN, TASK, version(last)).map(TaskDocument::view)).contains(expected);
      assertThat(history.at(ANN, TASK, asOf(T0.plusSeconds(last))).map(TaskDocument::view))
          .contains(expected);
      assertThat(
              history
                  .at(ANN, TASK, asOf(T0.plusSeconds(last).plusMillis(999)))
                  .map(TaskDocument::view))
          .contains(expected);
    }
  }

  private static TaskEvent[] random(Random random, int count) {
    TaskEvent[] events = new TaskEvent[count];
    for (int i = 0; i < count; i++) {
      Instant due = random.nextBoolean() ? null : T0.plusSeconds(random.nextInt(2 * count));
      String text = Integer.toString(random.nextInt(5));
      TaskPriority priority = PRIORITIES.get(random.nextInt(PRIORITIES.size()));
      events[i] =
          switch (random.nextInt(8)) {
            case 0 -> new TaskStarted(TASK, ANN);
            case 1 -> new TaskCompleted(TASK, ANN);
            case 2 -> new TaskReopened(TASK, ANN);
            case 3 -> new TaskDeleted(TASK, ANN);
            case 4 -> new TaskRestored(TASK, ANN);
            case 5 -> new TaskMarkedOverdue(TASK, ANN, T0);
            case 6 ->
                TaskBuilder.task()
                    .titled(text)
                    .described("d" + text)
                    .priority(priority)
                    .due(due)
                    .tagged(text, "t")
                    .reverted(TASK, ANN, 0);
            default ->
                TaskBuilder.task()
                    .titled(text)
                    .described("d" + text)
                    .priority(priority)
                    .due(due)
                    .tagged(text, "t")
                    .updated(TASK, ANN);
          };
    }
    return events;
  }

  /** Derives each field of a task from its events by the rules of API.md. */
  private static final class NaiveTask {

    static TaskView fold(List<DomainEventMessage<?>> events) {
      DomainEventMessage<?> last = events.get(events.size() - 1);
      int values = lastOf(events, TaskCreated.class, TaskUpdated.class, TaskReverted.class);
      TaskValues set = ((TaskEvent.WithValues) events.get(values).getPayload()).values();
      int moved = lastOf(events, TaskStarted.class, TaskCompleted.class, TaskReopened.class);
      Object move = moved < 0 ? null : events.get(moved).getPayload();
      int trash = lastOf(events, TaskDeleted.class, TaskRestored.class);
      boolean deleted = trash >= 0 && events.get(trash).getPayload() instanceof TaskDeleted;
      return new TaskView(
          TASK.toString(),
          set,
          move instanceof TaskStarted
              ? TaskStatus.IN_PROGRESS
              : move instanceof TaskCompleted ? TaskStatus.DONE : TaskStatus.OPEN,
          overdue(events),
          List.of(),
          last.getSequenceNumber(),
          events.get(0).getTimestamp(),
          last.getTimestamp(),
          move instanceof TaskCompleted ? events.get(moved).getTimestamp() : null,
          deleted ? events.get(trash).getTimestamp() : null);
    }

    private static boolean overdue(List<DomainEventMessage<?>> events) {
      int marked = lastOf(events, TaskMarkedOverdue.class);
      if (marked < 0) {
        return false;
      }
      for (DomainEventMessage<?> event : events.subList(marked + 1, events.size())) {
        Instant due = T0;
        if (event.getPayload() instanceof TaskUpdated it) {
          due = it.values().dueAt();
        } else if (event.getPayload() instanceof TaskReverted it) {
          due = it.values().dueAt();
        }
        if (due == null
            || due.isAfter(event.getTimestamp())
            || List.of(
                    TaskCompleted.class, TaskReopened.class, TaskDeleted.class, TaskRestored.class)
                .contains(event.getPayloadType())) {
          return false;
        }
      }
      return true;
    }

    private static int lastOf(List<DomainEventMessage<?>> events, Class<?>... types) {
      int last = -1;
      for (int i = 0; i < events.size(); i++) {
        if (List.of(types).contains(events.get(i).getPayloadType())) {
          last = i;
        }
      }
      return last;
    }
  }

  private List<DomainEventMessage<?>> store(TaskEvent... afterItsCreation) {
    List<TaskEvent> all = new ArrayList<>();
    all.add(TaskBuilder.task().titled("Task").created(TASK, ANN));
    all.addAll(List.of(afterItsCreation));
    List<DomainEventMessage<?>> messages = Stream.of(all.toArray(TaskEvent[]::new)).messages();
    engine.appendEvents(messages);
    return messages;
  }

  private Page<HistoryEntry> page(long number, int size) {
    return history.page(ANN, TASK, new Paging(number, size)).orElseThrow();
  }

  private static List<Long> versions(Page<HistoryEntry> page) {
    return page.content().stream().map(HistoryEntry::version).toList();
  }

  private static TaskUpdated updated(String title, Instant dueAt) {
    return TaskBuilder.task().titled(title).due(dueAt).updated(TASK, ANN);
  }

  private static FieldChange change(String field, String from, String to) {
    return new FieldChange(
        field,
        from == null ? NullNode.getInstance() : StringNode.valueOf(from),
        StringNode.valueOf(to));
  }

  private static PointInTime version(long version) {
    return new PointInTime(OptionalLong.of(version), Optional.empty());
  }

  private static PointInTime asOf(Instant instant) {
    return new PointInTime(OptionalLong.empty(), Optional.of(instant));
  }
}
