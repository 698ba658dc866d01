package dev.annals.command.task;

import static dev.annals.base.problem.Problem.CONFLICT;
import static dev.annals.base.problem.Problem.NOT_DELETED;
import static dev.annals.base.problem.Problem.NOT_FOUND;
import static dev.annals.base.problem.Problem.PRECONDITION_REQUIRED;
import static dev.annals.base.problem.Problem.STALE_VERSION;
import static dev.annals.base.problem.Problem.VALIDATION;
import static dev.annals.command.CommandProblem.INVALID_TRANSITION;
import static dev.annals.command.Expect.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.axonframework.test.matchers.Matchers.matches;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;

import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
import dev.annals.api.TaskView;
import dev.annals.base.problem.Refusal;
import dev.annals.base.problem.Violation;
import dev.annals.command.task.TaskCommand.AttachFile;
import dev.annals.command.task.TaskCommand.CompleteTask;
import dev.annals.command.task.TaskCommand.CreateTask;
import dev.annals.command.task.TaskCommand.DeleteTask;
import dev.annals.command.task.TaskCommand.MarkTaskOverdue;
import dev.annals.command.task.TaskCommand.RemoveAttachment;
import dev.annals.command.task.TaskCommand.ReopenTask;
import dev.annals.command.task.TaskCommand.RestoreTask;
import dev.annals.command.task.TaskCommand.RevertTask;
import dev.annals.command.task.TaskCommand.StartTask;
import dev.annals.command.task.TaskCommand.UpdateTask;
import dev.annals.events.task.AttachmentAdded;
import dev.annals.events.task.AttachmentRemoved;
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
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.aggregate.EventHistory;
import dev.annals.files.ClaimedFile;
import dev.annals.files.StoredFiles;
import dev.annals.given.TaskBuilder;
import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.axonframework.test.aggregate.TestExecutor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TaskTest {

  private static final UUID TASK = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final Instant DUE = Instant.parse("2026-11-30T12:00:00Z");
  private static final IfMatch ABSENT = new IfMatch.Absent();
  private static final IfMatch ANY = new IfMatch.AnyVersion();

  private static final TaskCreated CREATED =
      TaskBuilder.task()
          .described("Text")
          .priority(TaskPriority.HIGH)
          .due(DUE)
          .tagged("tag")
          .created(TASK, ANNA);
  private static final TaskStarted STARTED = new TaskStarted(TASK, ANNA);
  private static final TaskCompleted COMPLETED = new TaskCompleted(TASK, ANNA);
  private static final TaskReopened REOPENED = new TaskReopened(TASK, ANNA);
  private static final TaskDeleted DELETED = new TaskDeleted(TASK, ANNA);
  private static final TaskRestored RESTORED = new TaskRestored(TASK, ANNA);
  private static final TaskMarkedOverdue MARKED = new TaskMarkedOverdue(TASK, ANNA, DUE);
  private static final UUID CLAIM = UUID.fromString("00000000-0000-4000-8000-000000000002");
  private static final UUID PLAN = UUID.fromString("00000000-0000-4000-8000-000000000003");
  private static final UUID BILL = UUID.fromString("00000000-0000-4000-8000-000000000004");
  private static final AttachmentAdded PLAN_ADDED = added(PLAN, "plan.pdf");
  private static final AttachmentAdded BILL_ADDED = added(BILL, "bill.pdf");
  private static final AttachmentRemoved PLAN_REMOVED = new AttachmentRemoved(TASK, ANNA, PLAN);

  private final AggregateTestFixture<Task> fixture = new AggregateTestFixture<>(Task.class);

  private final StoredFiles stored = mock();

  TaskTest() {
    fixture.registerInjectableResource(new EventHistory(fixture.getEventStore()));
    fixture.registerInjectableResource(stored);
  }

  @Test
  void isCreatedOpen() {
    fixture
        .givenCurrentTime(NOW)
        .when(create())
        .expectEvents(CREATED)
        .expectResultMessagePayload(view(TaskStatus.OPEN, 0, null));
  }

  @Test
  void isStartedWhenItIsOpen() {
    given(CREATED)
        .when(new StartTask(TASK, ANNA, IfMatch.version(0)))
        .expectEvents(STARTED)
        .expectResultMessagePayload(view(TaskStatus.IN_PROGRESS, 1, null));
  }

  @Test
  void isCompletedWhenItIsOpenOrInProgress() {
    given(CREATED)
        .when(new CompleteTask(TASK, ANNA, IfMatch.version(0)))
        .expectEvents(COMPLETED)
        .expectResultMessagePayload(view(TaskStatus.DONE, 1, NOW));
    given(CREATED, STARTED)
        .when(new CompleteTask(TASK, ANNA, IfMatch.version(1)))
        .expectEvents(COMPLETED)
        .expectResultMessagePayload(view(TaskStatus.DONE, 2, NOW));
  }

  @Test
  void keepsATitleAndTagsThatRequestsMayNotHaveAnyMore() {
    TaskCreated old =
        TaskBuilder.task()
            .titled("a\tb")
            .described("Text")
            .priority(TaskPriority.HIGH)
            .due(DUE)
            .tagged("\u200B")
            .created(TASK, ANNA);
    given(old).when(new StartTask(TASK, ANNA, ANY)).expectEvents(STARTED);
    given(old).when(new CompleteTask(TASK, ANNA, ANY)).expectEvents(COMPLETED);
    given(old, updated(DUE))
        .when(new RevertTask(TASK, ANNA, ANY, 0))
        .expectEvents(
            TaskBuilder.task()
                .titled("a\tb")
                .described("Text")
                .priority(TaskPriority.HIGH)
                .due(DUE)
                .tagged("\u200B")
                .reverted(TASK, ANNA, 0));
  }

  @Test
  void isReopenedWhenItIsDone() {
    given(CREATED, COMPLETED)
        .when(new ReopenTask(TASK, ANNA, IfMatch.version(1)))
        .expectEvents(REOPENED)
        .expectResultMessagePayload(view(TaskStatus.OPEN, 2, null));
  }

  @Test
  void refusesATransitionFromAnyOtherStatus() {
    refused(given(CREATED, STARTED).when(new StartTask(TASK, ANNA, ANY)), INVALID_TRANSITION);
    refused(given(CREATED, COMPLETED).when(new StartTask(TASK, ANNA, ANY)), INVALID_TRANSITION);
    refused(given(CREATED, COMPLETED).when(new CompleteTask(TASK, ANNA, ANY)), INVALID_TRANSITION);
    refused(given(CREATED).when(new ReopenTask(TASK, ANNA, ANY)), INVALID_TRANSITION);
    refused(given(CREATED, STARTED).when(new ReopenTask(TASK, ANNA, ANY)), INVALID_TRANSITION);
    refused(
        given(CREATED, COMPLETED, REOPENED).when(new ReopenTask(TASK, ANNA, ANY)),
        INVALID_TRANSITION);
  }

  @Test
  void anUpdateThatKeepsTheEstimateStoresTheOneOfTheTask() {
    TaskCreated estimated = TaskBuilder.task().estimated(90).created(TASK, ANNA);

    given(estimated)
        .when(new UpdateTask(TASK, ANNA, ANY, TaskBuilder.task().titled("New").values(), true))
        .expectEvents(TaskBuilder.task().titled("New").estimated(90).updated(TASK, ANNA));
    given(estimated)
        .when(new UpdateTask(TASK, ANNA, ANY, TaskBuilder.task().values(), true))
        .expectNoEvents();
    given(estimated)
        .when(new UpdateTask(TASK, ANNA, ANY, TaskBuilder.task().values(), false))
        .expectEvents(TaskBuilder.task().updated(TASK, ANNA));
  }

  @Test
  void isUpdated() {
    given(CREATED)
        .when(
            new UpdateTask(
                TASK,
                ANNA,
                ANY,
                TaskBuilder.task()
                    .titled("New")
                    .priority(TaskPriority.LOW)
                    .tagged("b", "a")
                    .values(),
                false))
        .expectEvents(
            TaskBuilder.task()
                .titled("New")
                .priority(TaskPriority.LOW)
                .tagged("b", "a")
                .updated(TASK, ANNA))
        .expectResultMessagePayload(
            new TaskView(
                TASK.toString(),
                TaskBuilder.task()
                    .titled("New")
                    .priority(TaskPriority.LOW)
                    .tagged("b", "a")
                    .values(),
                TaskStatus.OPEN,
                false,
                List.of(),
                1,
                NOW,
                NOW,
                null,
                null));
  }

  @Test
  void storesNothingForAnUpdateThatChangesNothing() {
    given(CREATED)
        .when(update(ANNA, IfMatch.version(0), DUE))
        .expectNoEvents()
        .expectResultMessagePayload(view(TaskStatus.OPEN, 0, null));
  }

  @Test
  void isUpdatedWhenOnlyItsDueTimeIsRemoved() {
    given(CREATED)
        .when(update(ANNA, IfMatch.version(0), null))
        .expectEvents(
            TaskBuilder.task()
                .described("Text")
                .priority(TaskPriority.HIGH)
                .tagged("tag")
                .updated(TASK, ANNA));
  }

  @Test
  void isRestoredWithTheStatusThatItWasDeletedWith() {
    given(CREATED, STARTED)
        .when(new DeleteTask(TASK, ANNA, IfMatch.version(1)))
        .expectEvents(DELETED)
        .expectResultMessagePayload(2L);
    given(CREATED, STARTED, DELETED)
        .when(new RestoreTask(TASK, ANNA, IfMatch.version(2)))
        .expectEvents(RESTORED)
        .expectResultMessagePayload(view(TaskStatus.IN_PROGRESS, 3, null));
  }

  @Test
  void refusesARestoreWhenItIsNotDeleted() {
    refused(given(CREATED).when(new RestoreTask(TASK, ANNA, ANY)), NOT_DELETED);
    refused(given(CREATED, DELETED, RESTORED).when(new RestoreTask(TASK, ANNA, ANY)), NOT_DELETED);
  }

  @Test
  void isMarkedOverdueAtItsDueTime() {
    given(CREATED)
        .when(new MarkTaskOverdue(TASK, DUE))
        .expectEvents(MARKED)
        .expectResultMessagePayload(true);
    given(CREATED, STARTED).when(new MarkTaskOverdue(TASK, DUE)).expectEvents(MARKED);
    given(CREATED, COMPLETED, REOPENED).when(new MarkTaskOverdue(TASK, DUE)).expectEvents(MARKED);
    given(CREATED, DELETED, RESTORED).when(new MarkTaskOverdue(TASK, DUE)).expectEvents(MARKED);
  }

  @Test
  void isNotMarkedOverdueWithAnotherDueTimeOrWhenItIsDoneOrDeletedOrMarked() {
    notMarked(CREATED, updated(DUE.plusMillis(1)));
    notMarked(CREATED, updated(null));
    notMarked(CREATED, COMPLETED);
    notMarked(CREATED, DELETED);
    notMarked(CREATED, MARKED);
    notMarked(CREATED, MARKED, STARTED);
  }

  @Test
  void isShownAsOverdueUntilItIsDoneOrDeleted() {
    overdue(true, 2, given(CREATED, MARKED).when(new StartTask(TASK, ANNA, ANY)));
    overdue(false, 2, given(CREATED, MARKED).when(new CompleteTask(TASK, ANNA, ANY)));
    overdue(false, 3, given(CREATED, MARKED, DELETED).when(new RestoreTask(TASK, ANNA, ANY)));
    overdue(false, 3, given(CREATED, MARKED, COMPLETED).when(new ReopenTask(TASK, ANNA, ANY)));
  }

  @Test
  void isShownAsOverdueUntilItsDueTimeIsRemovedOrInTheFuture() {
    overdue(true, 2, given(CREATED, MARKED).when(update(ANNA, ANY, NOW.minusMillis(1))));
    overdue(true, 2, given(CREATED, MARKED).when(update(ANNA, ANY, NOW)));
    overdue(false, 2, given(CREATED, MARKED).when(update(ANNA, ANY, NOW.plusMillis(1))));
    overdue(false, 2, given(CREATED, MARKED).when(update(ANNA, ANY, null)));
  }

  @Test
  void comparesDueTimesWithTheTimeOfTheEventsWhenItIsLoadedLater() {
    overdue(
        false,
        3,
        fixture
            .givenCurrentTime(NOW)
            .andGiven(CREATED, MARKED, updated(NOW.plusSeconds(5)))
            .andGivenCurrentTime(NOW.plusSeconds(60))
            .when(new StartTask(TASK, ANNA, ANY)));
  }

  @Test
  void isNotOverdueByAPastDueTimeAlone() {
    overdue(false, 1, given(CREATED).when(update(ANNA, ANY, NOW.minusSeconds(1))));
  }

  @Test
  void isRevertedToEarlierValuesAndKeepsItsStatus() {
    TaskReverted back =
        TaskBuilder.task()
            .described("Text")
            .priority(TaskPriority.HIGH)
            .due(DUE)
            .tagged("tag")
            .reverted(TASK, ANNA, 1);
    given(CREATED, STARTED, updated(null))
        .when(new RevertTask(TASK, ANNA, IfMatch.version(2), 1))
        .expectEvents(back)
        .expectResultMessagePayload(view(TaskStatus.IN_PROGRESS, 3, null));
    given(CREATED, updated(null), STARTED)
        .when(new RevertTask(TASK, ANNA, ANY, 1))
        .expectNoEvents()
        .expectResultMessagePayloadMatching(matches(answer -> ((TaskView) answer).version() == 2));
    refused(
        given(CREATED).when(new RevertTask(TASK, ANNA, ANY, 1)),
        VALIDATION,
        Map.of(
            "errors",
            List.of(new Violation("/version", "must be at most the current version, 0"))));
    refused(
        given(CREATED, STARTED).when(new RevertTask(TASK, ANNA, ABSENT, 1)), PRECONDITION_REQUIRED);
    refused(given(CREATED).when(new RevertTask(TASK, BERT, ANY, 1)), NOT_FOUND);
    refused(given(CREATED, DELETED).when(new RevertTask(TASK, ANNA, ANY, 9)), NOT_FOUND);
  }

  @Test
  void isShownAsOverdueAfterARevertOnlyIfTheDueTimeIsPastThen() {
    Instant past = NOW.minusSeconds(60);
    TaskMarkedOverdue marked = new TaskMarkedOverdue(TASK, ANNA, past);
    overdue(
        true,
        4,
        given(CREATED, updated(past), marked, updated(past.plusSeconds(1)))
            .when(new RevertTask(TASK, ANNA, ANY, 1)));
    overdue(
        false, 3, given(CREATED, updated(past), marked).when(new RevertTask(TASK, ANNA, ANY, 0)));
  }

  @Test
  void getsAnAttachmentOnce() {
    given(CREATED).when(attach(ANNA)).expectEvents(PLAN_ADDED).expectResultMessagePayload(1L);
    verify(stored).attach(CLAIM, PLAN);
    refused(given(CREATED).when(attach(BERT)), NOT_FOUND);
    refused(given(CREATED, PLAN_ADDED, PLAN_REMOVED).when(attach(ANNA)), CONFLICT);
    verifyNoMoreInteractions(stored);
  }

  @Test
  void removesAnAttachment() {
    given(CREATED, PLAN_ADDED)
        .when(new RemoveAttachment(TASK, ANNA, PLAN))
        .expectEvents(PLAN_REMOVED)
        .expectResultMessagePayload(2L);
    verify(stored).detach(PLAN);
    refused(given(CREATED, BILL_ADDED).when(new RemoveAttachment(TASK, ANNA, PLAN)), NOT_FOUND);
    verifyNoMoreInteractions(stored);
  }

  @Test
  void isShownWithItsAttachmentsInTheOrderOfTheirAddition() {
    attachments(List.of(shown(PLAN, "plan.pdf"), shown(BILL, "bill.pdf")), PLAN_ADDED, BILL_ADDED);
    attachments(List.of(shown(BILL, "bill.pdf")), PLAN_ADDED, BILL_ADDED, PLAN_REMOVED);
  }

  private void attachments(List<AttachmentView> expected, TaskEvent... events) {
    given(CREATED)
        .andGiven((Object[]) events)
        .when(new StartTask(TASK, ANNA, ANY))
        .expectResultMessagePayloadMatching(
            matches(answer -> ((TaskView) answer).attachments().equals(expected)));
  }

  @Test
  void returnsAnAttachmentToItsOwnerUnlessItIsDeleted() {
    given(CREATED, PLAN_ADDED, BILL_ADDED);
    assertThat(ask(task -> task.attachment(ANNA, BILL))).isEqualTo(shown(BILL, "bill.pdf"));
    assertNotFound(task -> task.attachment(BERT, BILL));
    assertNotFound(task -> task.attachment(ANNA, CLAIM));
    given(CREATED, PLAN_ADDED, DELETED);
    assertNotFound(task -> task.attachment(ANNA, PLAN));
  }

  @Test
  void isViewedWithTheTimeOfItsDeletion() {
    given(CREATED);
    assertThat(ask(Task::title)).isEqualTo("Title");
    assertThat(ask(Task::view)).isEqualTo(view(TaskStatus.OPEN, 0, null, null));
    given(CREATED, DELETED);
    assertThat(ask(Task::view)).isEqualTo(view(TaskStatus.OPEN, 1, null, NOW));
  }

  private Object ask(Function<Task, ?> question) {
    return AggregateReader.of(fixture.getRepository(), TASK, question).orElseThrow();
  }

  private void assertNotFound(Function<Task, ?> question) {
    assertThatThrownBy(() -> ask(question))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(NOT_FOUND));
  }

  private static AttachFile attach(UUID requester) {
    ClaimedFile file = new ClaimedFile(CLAIM, "plan.pdf", "application/pdf", 4096, "9f86d0");
    return new AttachFile(TASK, requester, PLAN, file);
  }

  private static AttachmentAdded added(UUID id, String name) {
    return new AttachmentAdded(TASK, ANNA, id, name, "application/pdf", 4096, "9f86d0");
  }

  private static AttachmentView shown(UUID id, String name) {
    return new AttachmentView(id.toString(), name, "application/pdf", 4096, "9f86d0", NOW);
  }

  private void notMarked(Object... events) {
    given(events)
        .when(new MarkTaskOverdue(TASK, DUE))
        .expectResultMessagePayload(false)
        .expectNoEvents();
  }

  private static void overdue(boolean expected, long version, ResultValidator<Task> result) {
    result.expectResultMessageMatching(
        matches(
            message ->
                message.getPayload() instanceof TaskView task
                    && task.overdue() == expected
                    && task.version() == version));
  }

  private static TaskUpdated updated(Instant dueAt) {
    return TaskBuilder.task()
        .described("Text")
        .priority(TaskPriority.HIGH)
        .due(dueAt)
        .tagged("tag")
        .updated(TASK, ANNA);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void isNotFoundForAnotherUserWhateverTheCondition(Change change) {
    refused(given(CREATED).when(change.by(BERT, ABSENT)), NOT_FOUND);
    refused(given(CREATED, DELETED).when(change.by(BERT, ANY)), NOT_FOUND);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void changesOnlyUnderACondition(Change change) {
    refused(given(CREATED).when(change.by(ANNA, ABSENT)), PRECONDITION_REQUIRED);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void changesOnlyAtTheCurrentVersion(Change change) {
    refused(
        given(CREATED, STARTED).when(change.by(ANNA, IfMatch.version(0))),
        STALE_VERSION,
        Map.of("currentVersion", 1L));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void canOnlyBeRestoredWhileItIsDeleted(Change change) {
    if (!(change.by(ANNA, ANY) instanceof RestoreTask)) {
      refused(given(CREATED, DELETED).when(change.by(ANNA, ANY)), NOT_FOUND);
    }
  }

  /** A command without its requester and its condition. */
  interface Change {
    Object by(UUID requester, IfMatch ifMatch);
  }

  static Stream<Change> changes() {
    return Stream.of(
        (requester, ifMatch) -> update(requester, ifMatch, null),
        (requester, ifMatch) -> new StartTask(TASK, requester, ifMatch),
        (requester, ifMatch) -> new CompleteTask(TASK, requester, ifMatch),
        (requester, ifMatch) -> new ReopenTask(TASK, requester, ifMatch),
        (requester, ifMatch) -> new DeleteTask(TASK, requester, ifMatch),
        (requester, ifMatch) -> new RestoreTask(TASK, requester, ifMatch));
  }

  private TestExecutor<Task> given(Object... events) {
    return fixture.givenCurrentTime(NOW).andGiven(events);
  }

  private static CreateTask create() {
    return new CreateTask(
        TASK,
        ANNA,
        TaskBuilder.task()
            .described("Text")
            .priority(TaskPriority.HIGH)
            .due(DUE)
            .tagged("tag")
            .values());
  }

  private static UpdateTask update(UUID requester, IfMatch ifMatch, Instant dueAt) {
    return new UpdateTask(
        TASK,
        requester,
        ifMatch,
        TaskBuilder.task()
            .described("Text")
            .priority(TaskPriority.HIGH)
            .due(dueAt)
            .tagged("tag")
            .values(),
        false);
  }

  private static TaskView view(TaskStatus status, long version, Instant completedAt) {
    return view(status, version, completedAt, null);
  }

  private static TaskView view(
      TaskStatus status, long version, Instant completedAt, Instant deletedAt) {
    return new TaskView(
        TASK.toString(),
        CREATED.values(),
        status,
        false,
        List.of(),
        version,
        NOW,
        NOW,
        completedAt,
        deletedAt);
  }
}
