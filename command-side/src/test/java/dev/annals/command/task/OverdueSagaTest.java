package dev.annals.command.task;

import dev.annals.command.task.TaskCommand.MarkTaskOverdue;
import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskMarkedOverdue;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.given.TaskBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.MetaData;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.saga.ContinuedGivenState;
import org.axonframework.test.saga.FixtureExecutionResult;
import org.axonframework.test.saga.SagaTestFixture;
import org.junit.jupiter.api.Test;

class OverdueSagaTest {

  private static final UUID TASK = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID OTHER = UUID.fromString("00000000-0000-4000-8000-000000000002");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final Instant DUE = Instant.parse("2026-11-22T06:50:00.123Z");
  private static final Instant LATER = Instant.parse("2026-11-22T07:50:00.123Z");
  private static final Instant PAST = Instant.parse("2026-11-21T05:50:00.123Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration NEARLY_AN_HOUR = Duration.ofMinutes(59);
  private static final MarkTaskOverdue MARK = new MarkTaskOverdue(TASK, DUE);
  private static final TaskCompleted COMPLETED = new TaskCompleted(TASK, ANNA);
  private static final TaskReopened REOPENED = new TaskReopened(TASK, ANNA);
  private static final TaskDeleted DELETED = new TaskDeleted(TASK, ANNA);
  private static final TaskRestored RESTORED = new TaskRestored(TASK, ANNA);

  @Test
  void schedulesADeadlineForATaskWithADueTime() throws Exception {
    new Story()
        .when(created(DUE))
        .expectActiveSagas(1)
        .expectAssociationWith("taskId", TASK)
        .expectAssociationWith("userId", ANNA)
        .expectScheduledDeadlineWithName(HOUR, "task-due")
        .expectScheduledDeadline(HOUR, DUE)
        .expectNoDispatchedCommands();
  }

  @Test
  void startsNoSagaForATaskWithoutADueTime() throws Exception {
    hasNoSaga(new Story().when(created(null)));
    hasNoSaga(new Story(created(null)).when(updated(null)));
  }

  @Test
  void marksTheTaskAtItsDueTimeAndNotBefore() throws Exception {
    new Story(created(DUE)).whenTimeElapses(NEARLY_AN_HOUR).expectNoDispatchedCommands();
    new Story(created(DUE)).whenTimeElapses(HOUR).expectDispatchedCommands(MARK);
  }

  @Test
  void marksATaskWithAPastDueTimeAtOnce() throws Exception {
    new Story(created(PAST))
        .whenTimeElapses(Duration.ZERO)
        .expectDispatchedCommands(new MarkTaskOverdue(TASK, PAST));
  }

  @Test
  void endsWhenTheTaskIsMarkedOverdue() throws Exception {
    hasNoSaga(new Story(created(DUE)).whenTimeElapses(HOUR));
    // By the sweep.
    hasNoSaga(new Story(created(DUE)).when(marked(DUE)));
  }

  @Test
  void marksTheTaskAtItsNewDueTimeAfterAnUpdate() throws Exception {
    new Story(created(DUE), updated(LATER))
        .whenTimeElapses(HOUR)
        .expectNoDispatchedCommands()
        .expectScheduledDeadline(HOUR, LATER);
    new Story(created(DUE), updated(LATER))
        .whenTimeElapses(Duration.ofHours(2))
        .expectDispatchedCommands(new MarkTaskOverdue(TASK, LATER));
  }

  @Test
  void marksTheTaskAtTheDueTimeThatARevertRestored() throws Exception {
    new Story(created(LATER), reverted(DUE)).whenTimeElapses(HOUR).expectDispatchedCommands(MARK);
    new Story(created(null), reverted(DUE)).whenTimeElapses(HOUR).expectDispatchedCommands(MARK);
    hasNoSaga(new Story(created(DUE)).when(reverted(null)));
  }

  @Test
  void keepsOneDeadlineWhenAnotherFieldChanges() throws Exception {
    new Story(created(DUE), updated(DUE))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK)
        .expectNoScheduledDeadlines();
  }

  @Test
  void startsWhenATaskGetsADueTimeLater() throws Exception {
    new Story(created(null), updated(DUE)).whenTimeElapses(HOUR).expectDispatchedCommands(MARK);
  }

  @Test
  void endsWhenTheDueTimeIsRemoved() throws Exception {
    hasNoSaga(new Story(created(DUE)).when(updated(null)));
    new Story(created(DUE), updated(null))
        .when(updated(LATER))
        .expectActiveSagas(1)
        .expectScheduledDeadline(LATER, LATER);
  }

  @Test
  void endsWhenTheTaskIsCompletedAndStartsAgainWhenItIsReopened() throws Exception {
    hasNoSaga(new Story(created(DUE)).when(COMPLETED));
    hasNoSaga(new Story(created(DUE), COMPLETED).when(updated(LATER)));
    hasNoSaga(new Story(created(null), COMPLETED).when(REOPENED));
    new Story(created(DUE), COMPLETED, REOPENED)
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK);
    new Story(created(DUE), COMPLETED, updated(LATER))
        .when(REOPENED)
        .expectActiveSagas(1)
        .expectScheduledDeadline(LATER, LATER);
  }

  @Test
  void endsWhenTheTaskIsDeletedAndStartsAgainWhenItIsRestored() throws Exception {
    hasNoSaga(new Story(created(DUE)).when(DELETED));
    hasNoSaga(new Story(created(DUE), COMPLETED, DELETED).when(RESTORED));
    new Story(created(DUE), DELETED, RESTORED).whenTimeElapses(HOUR).expectDispatchedCommands(MARK);
  }

  @Test
  void marksATaskAgainAfterItIsReopenedRestoredOrGetsANewDueTime() throws Exception {
    new Story(created(PAST), marked(PAST), COMPLETED, REOPENED)
        .whenTimeElapses(Duration.ZERO)
        .expectDispatchedCommands(new MarkTaskOverdue(TASK, PAST));
    new Story(created(PAST), marked(PAST), DELETED, RESTORED)
        .whenTimeElapses(Duration.ZERO)
        .expectDispatchedCommands(new MarkTaskOverdue(TASK, PAST));
    new Story(created(PAST), marked(PAST), updated(DUE))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK);
    hasNoSaga(new Story(created(PAST), marked(PAST)).when(updated(PAST.minusSeconds(1))));
  }

  @Test
  void endsWhenTheOwnerIsErased() throws Exception {
    hasNoSaga(new Story(created(DUE)).when(new UserErased(ANNA)));
  }

  @Test
  void ignoresEventsOfAnotherTask() throws Exception {
    new Story(created(DUE)).when(created(OTHER, LATER)).expectActiveSagas(2);
    new Story(created(DUE)).when(new TaskCompleted(OTHER, ANNA)).expectScheduledDeadline(HOUR, DUE);
  }

  /** Tries each sequence of three events, handled in time and late. */
  @Test
  void livesExactlyWhileTheTaskCanBecomeOverdue() throws Exception {
    List<History> histories =
        Stream.of(new History(List.of(created(DUE)), DUE, false, false, false))
            .flatMap(History::goneOn)
            .flatMap(History::goneOn)
            .flatMap(History::goneOn)
            .toList();
    for (History history : histories) {
      for (int late : List.of(1, history.events().size())) {
        FixtureExecutionResult result = new Story().handledLate(history.events(), late);
        try {
          if (history.canBecomeOverdue()) {
            result.expectActiveSagas(1).expectScheduledDeadline(history.dueAt(), history.dueAt());
          } else {
            hasNoSaga(result);
          }
        } catch (AssertionError e) {
          throw new AssertionError("with the last " + late + " events late, after " + history, e);
        }
      }
    }
  }

  private static void hasNoSaga(FixtureExecutionResult result) {
    result.expectActiveSagas(0).expectNoScheduledDeadlines();
  }

  /** Stores the events of a task, and lets the saga handle them. */
  private static final class Story {

    private final AggregateTestFixture<Task> tasks = new AggregateTestFixture<>(Task.class);
    private final ContinuedGivenState saga;
    private long stored;

    Story(TaskEvent... events) throws Exception {
      SagaTestFixture<OverdueSaga> fixture = new SagaTestFixture<>(OverdueSaga.class);
      fixture.registerResource(new DueTimes(tasks.getRepository()));
      saga = fixture.givenCurrentTime(NOW);
      for (TaskEvent event : events) {
        store(event);
        saga.andThenAPublished(event);
      }
    }

    /** Stores all events before the saga handles the last ones. */
    FixtureExecutionResult handledLate(List<TaskEvent> events, int late) throws Exception {
      int inTime = events.size() - late;
      for (int i = 0; i < inTime; i++) {
        store(events.get(i));
        saga.andThenAPublished(events.get(i));
      }
      events.stream().skip(inTime).forEach(this::store);
      for (int i = inTime; i < events.size() - 1; i++) {
        saga.andThenAPublished(events.get(i));
      }
      return saga.whenPublishingA(events.get(events.size() - 1));
    }

    FixtureExecutionResult when(Object event) {
      if (event instanceof TaskEvent task && task.taskId().equals(TASK)) {
        store(task);
      }
      return saga.whenPublishingA(event);
    }

    FixtureExecutionResult whenTimeElapses(Duration time) {
      return saga.whenTimeElapses(time);
    }

    private void store(TaskEvent event) {
      tasks
          .getEventStore()
          .publish(
              new GenericDomainEventMessage<>(
                  "Task",
                  TASK.toString(),
                  stored++,
                  event,
                  MetaData.emptyInstance(),
                  "event " + stored,
                  NOW));
    }
  }

  /** The events of a task, and the state that they lead to. */
  private record History(
      List<TaskEvent> events, Instant dueAt, boolean done, boolean deleted, boolean overdue) {

    boolean canBecomeOverdue() {
      return dueAt != null && !done && !deleted && !overdue;
    }

    Stream<History> goneOn() {
      if (deleted) {
        return Stream.of(by(RESTORED, dueAt, done, false, false));
      }
      Stream.Builder<History> next = Stream.builder();
      next.add(by(updated(null), null, done, false, false));
      next.add(by(updated(LATER), LATER, done, false, false));
      next.add(by(reverted(PAST), PAST, done, false, overdue));
      next.add(by(DELETED, dueAt, done, true, false));
      next.add(
          done
              ? by(REOPENED, dueAt, false, false, false)
              : by(COMPLETED, dueAt, true, false, false));
      if (canBecomeOverdue()) {
        next.add(by(marked(dueAt), dueAt, false, false, true));
      }
      return next.build();
    }

    private History by(
        TaskEvent event, Instant dueAt, boolean done, boolean deleted, boolean overdue) {
      List<TaskEvent> all = new ArrayList<>(events);
      all.add(event);
      return new History(all, dueAt, done, deleted, overdue);
    }
  }

  private static TaskCreated created(Instant dueAt) {
    return created(TASK, dueAt);
  }

  private static TaskCreated created(UUID task, Instant dueAt) {
    return TaskBuilder.task().due(dueAt).created(task, ANNA);
  }

  private static TaskUpdated updated(Instant dueAt) {
    return TaskBuilder.task().titled("New title").due(dueAt).updated(TASK, ANNA);
  }

  private static TaskReverted reverted(Instant dueAt) {
    return TaskBuilder.task().due(dueAt).reverted(TASK, ANNA, 0);
  }

  private static TaskMarkedOverdue marked(Instant dueAt) {
    return new TaskMarkedOverdue(TASK, ANNA, dueAt);
  }
}
