package dev.annals.query.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Updates;
import dev.annals.api.AttachmentView;
import dev.annals.api.TaskStatus;
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
import dev.annals.events.task.TaskStarted;
import dev.annals.events.task.TaskUpdated;
import dev.annals.events.task.TaskValues;
import dev.annals.given.TaskBuilder;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.query.Delivery;
import dev.annals.query.Erasing;
import dev.annals.query.Stream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskProjectionTest {

  private static final UUID OWNER = UUID.fromString("0a4be7d8-0000-4000-8000-00000000000a");
  private static final UUID TASK = UUID.fromString("22222222-0000-4000-8000-00000000000b");
  private static final Instant T0 = Stream.START;
  private static final Instant DUE = Instant.parse("2026-11-22T05:50:00.123Z");

  private final TestMongo mongo = new TestMongo();
  private final Delivery delivery = new Delivery(new TaskProjection(model()), mongo);

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void storesACreatedTaskAsOpenWithAllItsValues() {
    delivery.deliver(life().message(0));

    assertThat(stored())
        .isEqualTo(
            new TaskDocument(
                TASK.toString(),
                OWNER.toString(),
                new TaskValues(
                    "Call Ann", "about 42", TaskPriority.HIGH, DUE, List.of("phone"), 90),
                new TaskDocument.State(TaskStatus.OPEN, false, List.of(), null, null),
                0,
                T0,
                T0,
                new TaskDocument.Keys(
                    false, "Call Ann", 2, false, false, List.of("call", "ann", "about", "42"))));
  }

  /** A program of another version reads and writes the same documents. */
  @Test
  void storesEachFieldInTheDocumentItself() {
    UUID plan = UUID.fromString("00000000-0000-4000-8000-000000000001");
    delivery.deliver(
        Stream.of(
                created(),
                new AttachmentAdded(TASK, OWNER, plan, "plan.txt", "text/plain", 4, "9f86d0"),
                new TaskCompleted(TASK, OWNER),
                new TaskDeleted(TASK, OWNER))
            .messages());

    assertThat(mongo.database().getCollection("tasks").find())
        .containsExactly(
            Document.parse(
                """
                {"_id": "22222222-0000-4000-8000-00000000000b",
                 "owner": "0a4be7d8-0000-4000-8000-00000000000a",
                 "title": "Call Ann",
                 "description": "about 42",
                 "status": "DONE",
                 "priority": "HIGH",
                 "dueAt": {"$date": "2026-11-22T05:50:00.123Z"},
                 "overdue": false,
                 "tags": ["phone"],
                 "estimate": 90,
                 "attachments": [
                   {"id": "00000000-0000-4000-8000-000000000001",
                    "fileName": "plan.txt",
                    "contentType": "text/plain",
                    "size": {"$numberLong": "4"},
                    "sha256": "9f86d0",
                    "createdAt": {"$date": "2026-03-01T10:00:01.123Z"}}],
                 "lastSequence": {"$numberLong": "3"},
                 "createdAt": {"$date": "2026-03-01T10:00:00.123Z"},
                 "updatedAt": {"$date": "2026-03-01T10:00:03.123Z"},
                 "completedAt": {"$date": "2026-03-01T10:00:02.123Z"},
                 "deletedAt": {"$date": "2026-03-01T10:00:03.123Z"},
                 "deleted": true,
                 "titleKey": "Call Ann",
                 "priorityRank": 2,
                 "noDueAt": false,
                 "noEstimate": false,
                 "words": ["call", "ann", "about", "42"]}
                """));
  }

  @Test
  void deletesTheTasksOfAnErasedUserInBatches() {
    Erasing.inPieces(mongo, TaskProjection.NAME, delivery);
  }

  @Test
  void anUpdateReplacesTheValuesAndCanRemoveTheDueDate() {
    delivery.deliver(life().messages().subList(0, 2));

    TaskDocument task = stored();
    assertThat(task.values().title()).isEqualTo("Write to Ann");
    assertThat(task.values().description()).isEmpty();
    assertThat(task.values().priority()).isEqualTo(TaskPriority.LOW);
    assertThat(task.keys().priorityRank()).isZero();
    assertThat(task.values().dueAt()).isNull();
    assertThat(task.keys().noDueAt()).isTrue();
    assertThat(task.values().tags()).isEmpty();
    assertThat(task.keys().words()).containsExactly("write", "to", "ann");
    assertThat(task.createdAt()).isEqualTo(T0);
    assertThat(task.updatedAt()).isEqualTo(T0.plusSeconds(1));
  }

  @Test
  void hasACompletionTimeFromCompletionToReopening() {
    delivery.deliver(life().messages().subList(0, 3));
    assertThat(stored().state().status()).isEqualTo(TaskStatus.IN_PROGRESS);

    delivery.deliver(life().message(3));
    assertThat(stored().state().status()).isEqualTo(TaskStatus.DONE);
    assertThat(stored().state().completedAt()).isEqualTo(T0.plusSeconds(3));

    delivery.deliver(life().messages().subList(4, 7));
    assertThat(stored().state().status()).isEqualTo(TaskStatus.OPEN);
    assertThat(stored().state().completedAt()).isNull();
  }

  @Test
  void hasNoAttachmentsIfNoneWereStored() {
    delivery.deliver(life().message(0));
    mongo.database().getCollection("tasks").updateOne(new Document(), Updates.unset("attachments"));

    assertThat(stored().state().attachments()).isEmpty();
  }

  @Test
  void hasTheAttachmentsThatWereAddedAndNotRemoved() {
    UUID plan = UUID.fromString("00000000-0000-4000-8000-000000000001");
    UUID photo = UUID.fromString("00000000-0000-4000-8000-000000000002");
    Stream life =
        Stream.of(
            (TaskEvent) life().message(0).getPayload(),
            new AttachmentAdded(TASK, OWNER, plan, "plan.txt", "text/plain", 4, "9f86d0"),
            new AttachmentAdded(TASK, OWNER, photo, "a.png", "image/png", 5, "60303a"),
            new AttachmentRemoved(TASK, OWNER, plan));
    delivery.deliver(life.messages().subList(0, 2));
    assertThat(stored().state().attachments())
        .containsExactly(
            new AttachmentView(
                plan.toString(), "plan.txt", "text/plain", 4, "9f86d0", T0.plusSeconds(1)));

    delivery.deliver(life.messages().subList(2, 4));
    assertThat(stored().state().attachments())
        .extracting(AttachmentView::fileName)
        .containsExactly("a.png");
    assertThat(stored().values().title()).isEqualTo("Call Ann");
    assertThat(stored().updatedAt()).isEqualTo(T0.plusSeconds(3));
  }

  @Test
  void aTaskKeepsItsStatusInTheTrash() {
    delivery.deliver(life().messages().subList(0, 5));
    TaskDocument deleted = stored();
    delivery.deliver(life().message(5));
    TaskDocument restored = stored();

    assertThat(deleted.keys().deleted()).isTrue();
    assertThat(deleted.deletedAt()).isEqualTo(T0.plusSeconds(4));
    assertThat(deleted.state().status()).isEqualTo(TaskStatus.DONE);
    assertThat(restored.keys().deleted()).isFalse();
    assertThat(restored.deletedAt()).isNull();
    assertThat(restored.state().status()).isEqualTo(TaskStatus.DONE);
    assertThat(restored.state().completedAt()).isEqualTo(T0.plusSeconds(3));
    assertThat(restored.updatedAt()).isEqualTo(T0.plusSeconds(5));
  }

  @Test
  void markingATaskOverdueChangesNothingElse() {
    Stream marked = Stream.of(created(), new TaskMarkedOverdue(TASK, OWNER, DUE));
    delivery.deliver(marked.message(0));
    TaskDocument before = stored();

    delivery.deliver(marked.message(1));

    assertThat(before.state().overdue()).isFalse();
    assertThat(stored())
        .usingRecursiveComparison()
        .ignoringFields("state.overdue", "lastSequence", "updatedAt")
        .isEqualTo(before);
    assertThat(stored().state().overdue()).isTrue();
    assertThat(stored().lastSequence()).isEqualTo(1);
    assertThat(stored().updatedAt()).isEqualTo(T0.plusSeconds(1));
  }

  @Test
  void aTaskStaysOverdueUntilItIsCompletedOrDeleted() {
    assertThat(overdueAfter(new TaskStarted(TASK, OWNER))).isTrue();
    assertThat(overdueAfter(new TaskCompleted(TASK, OWNER))).isFalse();
    assertThat(overdueAfter(new TaskCompleted(TASK, OWNER), new TaskReopened(TASK, OWNER)))
        .isFalse();
    assertThat(overdueAfter(new TaskDeleted(TASK, OWNER))).isFalse();
    assertThat(overdueAfter(new TaskDeleted(TASK, OWNER), new TaskRestored(TASK, OWNER))).isFalse();
  }

  /** The update is the third event, two seconds after the first. */
  @Test
  void aTaskStaysOverdueUntilItsDueDateIsRemovedOrAfterTheUpdate() {
    assertThat(overdueAfter(updated(T0))).isTrue();
    assertThat(overdueAfter(updated(T0.plusSeconds(2)))).isTrue();
    assertThat(overdueAfter(updated(T0.plusMillis(2001)))).isFalse();
    assertThat(overdueAfter(updated(null))).isFalse();
  }

  @Test
  void anEventChangesNothingWhenItIsDeliveredAgain() {
    for (DomainEventMessage<?> event : life().messages()) {
      delivery.deliver(event);
      TaskDocument once = stored();
      delivery.deliver(event);
      delivery.deliver(event, event);

      assertThat(stored()).isEqualTo(once);
    }
  }

  @Test
  void storesTheSameTaskForOneBatchAsForSingleEvents() {
    life().messages().forEach(event -> delivery.deliver(event));
    TaskDocument byEvent = stored();
    mongo.database().drop();

    new Delivery(new TaskProjection(model()), mongo).deliver(life().messages());

    assertThat(stored()).isEqualTo(byEvent);
    assertThat(byEvent.state().status()).isEqualTo(TaskStatus.OPEN);
    assertThat(byEvent.state().completedAt()).isNull();
    assertThat(byEvent.lastSequence()).isEqualTo(6);
  }

  @ParameterizedTest
  @EnumSource
  void ranksPrioritiesInTheOrderOfTheirConstants(TaskPriority priority) {
    assertThat(TaskDocument.rank(priority))
        .isEqualTo(List.of(TaskPriority.values()).indexOf(priority));
  }

  private boolean overdueAfter(TaskEvent... events) {
    mongo.database().drop();
    List<TaskEvent> all = new ArrayList<>();
    all.add(created());
    all.add(new TaskMarkedOverdue(TASK, OWNER, DUE));
    all.addAll(List.of(events));
    new Delivery(new TaskProjection(model()), mongo)
        .deliver(Stream.of(all.toArray(TaskEvent[]::new)).messages());
    return stored().state().overdue();
  }

  private static TaskCreated created() {
    return TaskBuilder.task()
        .titled("Call Ann")
        .described("about 42")
        .priority(TaskPriority.HIGH)
        .due(DUE)
        .tagged("phone")
        .estimated(90)
        .created(TASK, OWNER);
  }

  private static TaskUpdated updated(Instant dueAt) {
    return TaskBuilder.task()
        .titled("Call Ann")
        .priority(TaskPriority.HIGH)
        .due(dueAt)
        .updated(TASK, OWNER);
  }

  private ReadModel<TaskDocument> model() {
    return new ReadModel<>(
        TestMongo.services(mongo.database()),
        "tasks",
        1,
        TaskDocument.class,
        TaskProjection.TASKS.indexes());
  }

  private TaskDocument stored() {
    List<TaskDocument> all =
        mongo.database().getCollection("tasks", TaskDocument.class).find().into(new ArrayList<>());
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static Stream life() {
    return Stream.of(
        created(),
        TaskBuilder.task().titled("Write to Ann").priority(TaskPriority.LOW).updated(TASK, OWNER),
        new TaskStarted(TASK, OWNER),
        new TaskCompleted(TASK, OWNER),
        new TaskDeleted(TASK, OWNER),
        new TaskRestored(TASK, OWNER),
        new TaskReopened(TASK, OWNER));
  }
}
