package dev.annals.command.task;

import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskPriority;
import dev.annals.events.task.TaskReopened;
import dev.annals.events.task.TaskRestored;
import dev.annals.events.task.TaskReverted;
import dev.annals.events.task.TaskUpdated;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.axonframework.test.saga.ContinuedGivenState;
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

  private final SagaTestFixture<OverdueSaga> fixture = new SagaTestFixture<>(OverdueSaga.class);

  @Test
  void aTaskWithATimeIsWaitedFor() {
    fixture
        .givenCurrentTime(NOW)
        .whenPublishingA(created(TASK, DUE))
        .expectActiveSagas(1)
        .expectAssociationWith("taskId", TASK)
        .expectScheduledDeadlineWithName(HOUR, "task-due")
        .expectScheduledDeadline(HOUR, DUE)
        .expectNoDispatchedCommands();
  }

  @Test
  void aTaskWithoutOneIsNot() {
    fixture
        .givenCurrentTime(NOW)
        .whenPublishingA(created(TASK, null))
        .expectActiveSagas(0)
        .expectNoScheduledDeadlines();
    fixture
        .givenCurrentTime(NOW)
        .whenPublishingA(updated(null))
        .expectActiveSagas(0)
        .expectNoScheduledDeadlines();
  }

  @Test
  void itIsMarkedWhenItsTimeHasComeAndNotBefore() {
    given(DUE).whenTimeElapses(NEARLY_AN_HOUR).expectNoDispatchedCommands();
    given(DUE).whenTimeElapses(HOUR).expectDispatchedCommands(MARK).expectActiveSagas(1);
  }

  @Test
  void itIsMarkedAtOnceWhenItsTimeIsPast() {
    given(PAST)
        .whenTimeElapses(Duration.ZERO)
        .expectDispatchedCommands(new MarkTaskOverdue(TASK, PAST));
  }

  @Test
  void itIsMarkedByItsNewTimeWhenItWasMoved() throws Exception {
    given(DUE)
        .andThenAPublished(updated(LATER))
        .whenTimeElapses(HOUR)
        .expectNoDispatchedCommands()
        .expectScheduledDeadline(HOUR, LATER);
    given(DUE)
        .andThenAPublished(updated(LATER))
        .whenTimeElapses(Duration.ofHours(2))
        .expectDispatchedCommands(new MarkTaskOverdue(TASK, LATER));
  }

  @Test
  void itIsMarkedByTheTimeThatItWasRevertedTo() throws Exception {
    given(LATER)
        .andThenAPublished(reverted(DUE))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK)
        .expectNoScheduledDeadlines();
    given(null)
        .andThenAPublished(reverted(DUE))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK);
    given(DUE).whenPublishingA(reverted(null)).expectActiveSagas(0).expectNoScheduledDeadlines();
  }

  @Test
  void itIsMarkedOnceWhenSomethingElseWasChanged() throws Exception {
    given(DUE)
        .andThenAPublished(updated(DUE))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK)
        .expectNoScheduledDeadlines();
  }

  @Test
  void aTimeThatIsGivenLaterCounts() throws Exception {
    given(null)
        .andThenAPublished(updated(DUE))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK);
  }

  @Test
  void aTimeThatIsTakenAwayEndsIt() throws Exception {
    given(DUE).whenPublishingA(updated(null)).expectActiveSagas(0).expectNoScheduledDeadlines();
    given(DUE)
        .andThenAPublished(updated(null))
        .andThenAPublished(updated(LATER))
        .whenTimeElapses(HOUR)
        .expectNoDispatchedCommands()
        .expectActiveSagas(1);
  }

  @Test
  void whatIsDoneIsNotWaitedForUntilItIsReopened() throws Exception {
    given(DUE)
        .whenPublishingA(new TaskCompleted(TASK, ANNA))
        .expectActiveSagas(1)
        .expectNoScheduledDeadlines();
    given(DUE)
        .andThenAPublished(new TaskCompleted(TASK, ANNA))
        .whenPublishingA(updated(LATER))
        .expectNoScheduledDeadlines();
    given(DUE)
        .andThenAPublished(new TaskCompleted(TASK, ANNA))
        .andThenAPublished(new TaskReopened(TASK, ANNA))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK);
  }

  @Test
  void whatIsDeletedIsNotWaitedForUntilItIsRestored() throws Exception {
    given(DUE)
        .whenPublishingA(new TaskDeleted(TASK, ANNA))
        .expectActiveSagas(1)
        .expectNoScheduledDeadlines();
    given(DUE)
        .andThenAPublished(new TaskDeleted(TASK, ANNA))
        .andThenAPublished(new TaskRestored(TASK, ANNA))
        .whenTimeElapses(HOUR)
        .expectDispatchedCommands(MARK);
    given(DUE)
        .andThenAPublished(new TaskCompleted(TASK, ANNA))
        .andThenAPublished(new TaskDeleted(TASK, ANNA))
        .whenPublishingA(new TaskRestored(TASK, ANNA))
        .expectNoScheduledDeadlines();
  }

  @Test
  void whatWasMarkedIsMarkedAgainWhenItIsReopenedOrRestored() throws Exception {
    given(DUE)
        .andThenTimeElapses(HOUR)
        .andThenAPublished(new TaskCompleted(TASK, ANNA))
        .andThenAPublished(new TaskReopened(TASK, ANNA))
        .whenTimeElapses(Duration.ZERO)
        .expectDispatchedCommands(MARK);
    given(DUE)
        .andThenTimeElapses(HOUR)
        .andThenAPublished(new TaskDeleted(TASK, ANNA))
        .andThenAPublished(new TaskRestored(TASK, ANNA))
        .whenTimeElapses(Duration.ZERO)
        .expectDispatchedCommands(MARK);
  }

  @Test
  void anotherTaskIsAnotherMatter() {
    given(DUE).whenPublishingA(created(OTHER, LATER)).expectActiveSagas(2);
    given(DUE).whenPublishingA(new TaskCompleted(OTHER, ANNA)).expectScheduledDeadline(HOUR, DUE);
  }

  private static ContinuedGivenState given(Instant dueAt) {
    return new SagaTestFixture<>(OverdueSaga.class)
        .givenCurrentTime(NOW)
        .andThenAPublished(created(TASK, dueAt));
  }

  private static TaskCreated created(UUID task, Instant dueAt) {
    return new TaskCreated(task, ANNA, "Title", "", TaskPriority.NORMAL, dueAt, List.of());
  }

  private static TaskUpdated updated(Instant dueAt) {
    return new TaskUpdated(TASK, ANNA, "New title", "", TaskPriority.NORMAL, dueAt, List.of());
  }

  private static TaskReverted reverted(Instant dueAt) {
    return new TaskReverted(TASK, ANNA, 0, "Title", "", TaskPriority.NORMAL, dueAt, List.of());
  }
}
