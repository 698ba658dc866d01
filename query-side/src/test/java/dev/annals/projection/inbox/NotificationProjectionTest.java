package dev.annals.projection.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.groups.Tuple.tuple;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.api.ChangeKind;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskEvent;
import dev.annals.events.task.TaskPriority;
import dev.annals.given.NoteBuilder;
import dev.annals.given.TaskBuilder;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.Paging;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.MissingEventException;
import dev.annals.projection.write.ModelDurability;
import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationView;
import dev.annals.query.Delivery;
import dev.annals.query.Erasing;
import dev.annals.query.Stream;
import dev.annals.query.notification.NotificationProjection;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;

class NotificationProjectionTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final UUID NOTE = new UUID(9, 1);
  private static final UUID TASK = new UUID(10, 1);
  private static final Paging ALL = new Paging(0, 100);

  private final TestMongo mongo = new TestMongo();
  private final List<NewNotifications> arrivals = new ArrayList<>();
  private final AtomicInteger forced = new AtomicInteger();
  private final Inbox inbox =
      newInbox(mongo.database(), forced::incrementAndGet, users -> Set.of());
  private final InboxQueries queries = new InboxQueries(mongo.database(), inbox, processor -> {});
  private final Delivery delivery = delivery();

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void addsAnEntryToTheOwnersInboxForEachNoteOrTaskEvent() {
    DomainEventMessage<?> completed = task(TASK, ANN).message(1);
    delivery.deliver(task(TASK, ANN).message(0), completed);

    assertThat(stored(ANN).get(1))
        .isEqualTo(
            new NotificationDocument(
                TASK + "/1",
                completed.getIdentifier(),
                ANN.toString(),
                2,
                "TaskCompleted",
                "task",
                TASK.toString(),
                1,
                "Do",
                Stream.START.plusSeconds(1),
                false,
                null));
  }

  @Test
  void carriesTheLastTitleForwardWithinAndAcrossBatches() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.messages().subList(0, 3));
    delivery.deliver(note.message(3));

    assertThat(stored(ANN))
        .extracting(NotificationDocument::type, NotificationDocument::title)
        .containsExactly(
            tuple("NoteCreated", "Plan"),
            tuple("NoteUpdated", "Plan B"),
            tuple("NoteDeleted", "Plan B"),
            tuple("NoteRestored", "Plan B"));
  }

  @Test
  void takesTheTitleOfEveryEventThatHasOne() {
    List<Class<?>> events =
        new ArrayList<>(Arrays.asList(NoteEvent.class.getPermittedSubclasses()));
    events.addAll(Arrays.asList(TaskEvent.class.getPermittedSubclasses()));
    for (Class<?> type : events) {
      Object event = sample(type);
      boolean titled = event.toString().contains("title=T");

      assertThat(NotificationProjection.TYPES.title().apply(event))
          .as("%s", type)
          .isEqualTo(titled ? "T" : null);
    }
  }

  @Test
  void numbersTheEntriesOfEachOwnerFromOne() {
    delivery.deliver(
        note(NOTE, ANN).message(0), task(TASK, BEN).message(0), note(NOTE, ANN).message(1));

    assertThat(stored(ANN)).extracting(NotificationDocument::sequence).containsExactly(1L, 2L);
    assertThat(stored(BEN)).extracting(NotificationDocument::sequence).containsExactly(1L);
  }

  @Test
  void readsAndWritesTheEntriesOfABatchOnce() {
    delivery.deliver(note(new UUID(9, 7), ANN).message(0));
    List<DomainEventMessage<?>> batch = new ArrayList<>(note(NOTE, ANN).messages());
    batch.addAll(task(TASK, ANN).messages());
    mongo.forgetCommands();

    delivery.deliver(batch);

    assertThat(mongo.commands("find")).hasSize(1);
    assertThat(mongo.commands("insert")).hasSize(1);
    assertThat(mongo.commands("findAndModify")).hasSize(1);
  }

  @Test
  void reservesTheNumbersOfAllOwnersOfABatchWithTwoCommands() {
    delivery.deliver(note(NOTE, ANN).message(0));
    mongo.forgetCommands();

    delivery.deliver(
        IntStream.range(0, 200)
            .mapToObj(i -> note(new UUID(11, i), i == 0 ? ANN : new UUID(8, i)).message(0))
            .toList());

    assertThat(mongo.commands("findAndModify")).isEmpty();
    assertThat(onInboxes()).containsExactly("find", "update");
    assertThat(stored(ANN)).extracting(NotificationDocument::sequence).containsExactly(1L, 2L);
    assertThat(stored(new UUID(8, 199)))
        .extracting(NotificationDocument::sequence)
        .containsExactly(1L);
  }

  @Test
  void usesNoNumberTwiceWhenAnotherProcessReservesSomeMeanwhile() {
    delivery.deliver(note(NOTE, ANN).message(0), task(TASK, BEN).message(0));
    try (TestMongo other = new TestMongo()) {
      MongoCollection<Document> inboxes = other.database(mongo.name()).getCollection(Inbox.INBOXES);
      mongo.forgetCommands();
      mongo.beforeEach(
          () -> {
            if (onInboxes().size() == 2) {
              inboxes.updateOne(
                  Filters.and(Filters.eq("_id", BEN.toString()), Filters.eq("last", 1L)),
                  Updates.set("last", 10L));
            }
          });

      delivery.deliver(note(NOTE, ANN).message(1), task(TASK, BEN).message(1));
    }

    assertThat(stored(BEN)).extracting(NotificationDocument::sequence).containsExactly(1L, 11L);
    assertThat(stored(ANN)).extracting(NotificationDocument::sequence).containsExactly(1L, 3L);
  }

  private List<String> onInboxes() {
    return mongo.commands().stream()
        .filter(
            it -> new BsonString(Inbox.INBOXES).equals(it.getCommand().get(it.getCommandName())))
        .map(CommandStartedEvent::getCommandName)
        .toList();
  }

  @Test
  void makesReservedNumbersDurableBeforeEntriesAreWritten() {
    List<String> seen = new ArrayList<>();
    MongoCollection<InboxDocument> inboxes =
        mongo.database().getCollection(Inbox.INBOXES, InboxDocument.class);
    Inbox watched =
        newInbox(
            mongo.database(),
            () -> seen.add(inboxes.find().first().last() + " reserved, " + stored(ANN).size()),
            users -> Set.of());
    new Delivery(
            new NotificationProjection(new InboxWriter(watched, List.of(arrivals::add))), mongo)
        .deliver(note(NOTE, ANN).messages());

    assertThat(seen).containsExactly("4 reserved, 0");
  }

  @Test
  void ignoresARepeatedEventAndDoesNotAnnounceItAgain() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.messages());
    List<NotificationDocument> once = stored(ANN);

    delivery.deliver(note.messages());
    delivery().deliver(note.message(2));
    delivery.deliver(note.message(0), note.message(0));

    assertThat(stored(ANN)).isEqualTo(once);
    assertThat(arrivals).hasSize(1);
  }

  @Test
  void announcesNewEntriesWithThePrecedingNumber() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.message(0), task(TASK, BEN).message(0));
    delivery.deliver(note.message(1), note.message(2));

    assertThat(arrivals)
        .extracting(
            NewNotifications::owner,
            NewNotifications::previous,
            it -> sequences(it.notifications()))
        .containsExactlyInAnyOrder(
            tuple(ANN, 0L, List.of(1L)),
            tuple(BEN, 0L, List.of(1L)),
            tuple(ANN, 1L, List.of(2L, 3L)));
  }

  @Test
  void announcesNothingBeforeTheEntriesAreDurable() {
    List<String> steps = new ArrayList<>();
    Delivery watched =
        new Delivery(
            new NotificationProjection(
                new InboxWriter(inbox, List.of(arrival -> steps.add("announced")))),
            mongo,
            () -> steps.add("durable"));

    watched.deliver(note(NOTE, ANN).message(0));

    assertThat(steps).containsExactly("durable", "announced");
  }

  @Test
  void announcesNothingOfAFailedBatchAndDoesNotReuseItsNumbers() {
    Stream note = note(NOTE, ANN);
    Delivery full =
        new Delivery(
            new NotificationProjection(new InboxWriter(inbox, List.of(arrivals::add))),
            mongo,
            () -> {
              throw new IllegalStateException("the disk is full");
            });
    assertThatThrownBy(() -> full.deliver(note.messages().subList(0, 2)))
        .hasMessage("the disk is full");
    assertThat(arrivals).isEmpty();

    // The second of the two written entries is lost.
    mongo.database().getCollection(Inbox.NAME).deleteOne(Filters.eq("_id", NOTE + "/1"));
    delivery.deliver(note.messages());

    assertThat(sequences(queries.after(ANN, 0, 10))).containsExactly(1L, 3L, 4L, 5L);
    assertThat(arrivals)
        .extracting(NewNotifications::previous, it -> sequences(it.notifications()))
        .containsExactly(tuple(2L, List.of(3L, 4L, 5L)));
  }

  @Test
  void storesTheSameInboxHoweverEventsAreBatchedAndRepeated() {
    List<DomainEventMessage<?>> events = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Stream note = note(new UUID(7, i), ANN);
      events.addAll(note.messages().subList(0, 3));
      events.add(i % 3 == 2 ? all(ANN, i / 3) : read(note.message(1)));
      events.add(note.message(3));
    }
    delivery.deliver(events);
    List<NotificationView> expected = queries.after(ANN, 0, 100);

    for (int seed = 0; seed < 10; seed++) {
      try (TestMongo other = new TestMongo()) {
        Delivery again =
            new Delivery(
                new NotificationProjection(
                    new InboxWriter(
                        newInbox(other.database(), () -> {}, users -> Set.of()), List.of())),
                other);
        Random random = new Random(seed);
        int done = 0;
        while (done < events.size()) {
          int from = Math.max(0, done - random.nextInt(4));
          int to = Math.min(events.size(), done + 1 + random.nextInt(9));
          again.deliver(events.subList(from, to));
          done = to;
        }

        assertThat(new InboxQueries(other.database(), inbox, processor -> {}).after(ANN, 0, 100))
            .as("seed %d", seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void stopsAtAnEntryWhosePredecessorIsMissing() {
    assertThatThrownBy(() -> delivery.deliver(note(NOTE, ANN).message(2)))
        .isInstanceOf(MissingEventException.class)
        .hasMessage("notifications/" + NOTE + " lacks event 1, so event 2 cannot follow");

    assertThat(stored(ANN)).isEmpty();
    assertThat(delivery.storedPosition()).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void storesNothingOfAUserErasedAtAnyCommand(boolean processDies, boolean keyIsCached) {
    Set<UUID> erased = ConcurrentHashMap.newKeySet();
    AtomicBoolean away = new AtomicBoolean();
    Stream note = note(NOTE, ANN);
    List<List<DomainEventMessage<?>>> batches =
        List.of(
            note.messages().subList(1, 3),
            List.of(read(note.message(0))),
            List.of(all(ANN, 0), note.message(1)));
    try (TestMongo another = new TestMongo()) {
      Inbox meanwhile = newInbox(another.database(mongo.name()), () -> {}, users -> Set.of());
      for (List<DomainEventMessage<?>> batch : batches) {
        AtomicInteger left = new AtomicInteger(-1);
        for (int command = 0; left.get() < 0; command++) {
          delivery.deliver(note.message(0));
          Delivery interrupted =
              delivery(
                  new Erased() {
                    @Override
                    public Set<UUID> among(Set<UUID> users) {
                      if (away.get()) {
                        throw new DataAccessResourceFailureException("PostgreSQL is away");
                      }
                      return erased;
                    }

                    @Override
                    public Set<UUID> knownAmong(Set<UUID> users) {
                      return keyIsCached ? Set.of() : among(users);
                    }
                  });
          left.set(command);
          mongo.beforeEach(
              () -> {
                if (left.getAndDecrement() == 0) {
                  erased.add(ANN);
                  meanwhile.drop(Set.of(ANN.toString()), () -> {});
                  away.set(processDies);
                }
              });

          Throwable end = catchThrowable(() -> interrupted.deliver(batch));

          mongo.beforeEach(() -> {});
          away.set(false);
          if (end != null) {
            assertThat(end).isInstanceOf(DataAccessResourceFailureException.class);
            interrupted.deliver(batch);
          }
          if (left.get() < 0) {
            assertThat(stored(ANN)).as("erased before command %d", command).isEmpty();
            assertThat(queries.lastNumbers(List.of(ANN))).isEmpty();
          } else {
            assertThat(stored(ANN)).isNotEmpty();
          }
          erased.clear();
          meanwhile.drop(Set.of(ANN.toString()), () -> {});
        }
      }
    }
  }

  @Test
  void erasesALargeInboxInChunks() {
    Erasing.inPieces(mongo, Inbox.NAME, delivery);
  }

  @Test
  void storesNothingOfTheOwnerForASkippedEventAndCarriesTheTitleOverIt() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.message(0));

    inbox.skip(note.message(1));
    inbox.skip(note.message(2));
    assertThat(stored(new UUID(0, 0)))
        .extracting(NotificationDocument::title)
        .containsExactly(null, null);
    delivery.deliver(note.message(3));

    assertThat(stored(ANN)).extracting(NotificationDocument::title).containsExactly("Plan", "Plan");
  }

  @Test
  void erasesTheTitleThatEarlierVersionsStoredForASkippedEvent() {
    delivery.deliver(note(NOTE, ANN).message(0));
    inbox.skip(note(NOTE, ANN).message(1));
    entries().updateOne(Filters.eq("_id", NOTE + "/1"), Updates.set("title", "Plan"));

    inbox.drop(Set.of(ANN.toString()), () -> {});

    assertThat(entries().find())
        .extracting(NotificationDocument::title)
        .containsExactly((String) null);
  }

  @Test
  void storesNothingForASkippedEventOfAnErasedUser() {
    delivery.deliver(note(NOTE, ANN).message(0));
    inbox.drop(Set.of(ANN.toString()), () -> {});

    inbox.skip(note(NOTE, ANN).message(1));

    assertThat(entries().countDocuments()).isZero();
  }

  @Test
  void stopsAtAReadReceiptOfAMissingEntry() {
    assertThatThrownBy(() -> delivery.deliver(read(note(NOTE, ANN).message(1))))
        .isInstanceOf(MissingEventException.class)
        .hasMessage("notifications lacks one of [" + NOTE + "/1]");
  }

  @Test
  void marksOnlyTheReadEntryAndAnnouncesNothing() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.messages());
    arrivals.clear();
    delivery.deliver(read(note.message(1)));

    assertThat(reading(Optional.of(true))).containsExactly(4L, 3L, 1L);
    assertThat(reading(Optional.of(false))).containsExactly(2L);
    assertThat(queries.unread(ANN)).isEqualTo(3);
    assertThat(arrivals).isEmpty();
  }

  @Test
  void completesAWaitWhenAnotherProcessWrites() {
    InboxQueries elsewhere =
        new InboxQueries(
            mongo.database(),
            newInbox(mongo.database(), () -> {}, users -> Set.of()),
            processor -> {});
    ConsistencyTokens created =
        new ConsistencyTokens(List.of(ConsistencyToken.of(ChangeKind.NOTE, NOTE, 0)));
    CompletableFuture<Void> waiting = elsewhere.shown(ANN, created);
    assertThat(waiting).isNotDone();

    delivery.deliver(note(NOTE, ANN).message(0));

    assertThat(waiting).succeedsWithin(Duration.ofSeconds(2));
  }

  @Test
  void marksOnlyPrecedingEntriesAsReadEvenWithinABatch() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.message(0), note.message(1), all(ANN, 0), note.message(2));
    arrivals.clear();
    delivery.deliver(all(ANN, 0), note.message(2), note.message(3));

    assertThat(reading(Optional.of(true))).containsExactly(4L, 3L);
    assertThat(reading(Optional.of(false))).containsExactly(2L, 1L);
    assertThat(queries.unread(ANN)).isEqualTo(2);
    assertThat(arrivals)
        .extracting(it -> sequences(it.notifications()))
        .containsExactly(List.of(4L));
  }

  @Test
  void marksNoLaterEntryAsReadInAnEmptyInbox() {
    delivery.deliver(all(ANN, 0));
    delivery.deliver(note(NOTE, ANN).message(0));

    assertThat(queries.unread(ANN)).isEqualTo(1);
    assertThat(stored(ANN).get(0).sequence()).isEqualTo(1);
  }

  @Test
  void listsNewestFirstAndAfterANumberOldestFirst() {
    delivery.deliver(note(NOTE, ANN).messages());

    assertThat(reading(Optional.empty())).containsExactly(4L, 3L, 2L, 1L);
    assertThat(sequences(queries.list(ANN, Optional.empty(), OptionalLong.of(1), ALL).content()))
        .containsExactly(2L, 3L, 4L);
    assertThat(queries.list(ANN, Optional.of(true), OptionalLong.of(3), ALL).page().totalElements())
        .isEqualTo(1);
    assertThat(queries.list(BEN, Optional.empty(), OptionalLong.empty(), ALL).content()).isEmpty();
    assertThat(queries.newest(ANN)).isEqualTo(4);
    assertThat(queries.countAfter(ANN, 0, 3)).isEqualTo(3);
  }

  private List<Long> reading(Optional<Boolean> unread) {
    return sequences(queries.list(ANN, unread, OptionalLong.empty(), ALL).content());
  }

  private static Inbox newInbox(MongoDatabase database, ModelDurability durability, Erased erased) {
    return new Inbox(
        NotificationProjection.TYPES,
        database,
        new ModelProperties(true, null, Duration.ofSeconds(3), 4, 200),
        new InboxProperties(Duration.ofDays(90), Duration.ofDays(365)),
        durability,
        erased,
        Clock.fixed(Stream.START, ZoneOffset.UTC));
  }

  private Delivery delivery() {
    return new Delivery(
        new NotificationProjection(new InboxWriter(inbox, List.of(arrivals::add))), mongo);
  }

  private Delivery delivery(Erased erased) {
    Inbox another = newInbox(mongo.database(), () -> {}, erased);
    return new Delivery(
        new NotificationProjection(new InboxWriter(another, List.of(arrivals::add))), mongo);
  }

  private MongoCollection<NotificationDocument> entries() {
    return mongo.database().getCollection(Inbox.NAME, NotificationDocument.class);
  }

  private List<NotificationDocument> stored(UUID owner) {
    return entries()
        .find(Filters.eq("owner", owner.toString()))
        .sort(Sorts.ascending("sequence"))
        .into(new ArrayList<>());
  }

  private static List<Long> sequences(List<NotificationView> notifications) {
    return notifications.stream().map(NotificationView::sequence).toList();
  }

  private static Object sample(Class<?> type) {
    try {
      return type.getDeclaredConstructors()[0].newInstance(
          Arrays.stream(type.getRecordComponents())
              .map(NotificationProjectionTest::value)
              .toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Object value(RecordComponent part) {
    if (part.getType().isRecord()) {
      return sample(part.getType());
    }
    if (part.getType() == String.class) {
      return part.getName().equals("title") ? "T" : "other";
    }
    if (part.getType() == long.class) {
      return 0L;
    }
    return part.getType() == UUID.class ? NOTE : part.getType() == List.class ? List.of() : null;
  }

  private static Stream note(UUID id, UUID owner) {
    return Stream.of(
        NoteBuilder.note().titled("Plan").created(id, owner),
        NoteBuilder.note().titled("Plan B").updated(id, owner),
        new NoteDeleted(id, owner),
        new NoteRestored(id, owner));
  }

  private static Stream task(UUID id, UUID owner) {
    return Stream.of(
        TaskBuilder.task().titled("Do").priority(TaskPriority.LOW).created(id, owner),
        new TaskCompleted(id, owner));
  }

  private static DomainEventMessage<?> read(DomainEventMessage<?> told) {
    UUID id = UUID.fromString(told.getIdentifier());
    return new GenericDomainEventMessage<>(
        "Notification",
        UUID.nameUUIDFromBytes(new byte[] {1}).toString(),
        0,
        new NotificationRead(
            id, ANN, UUID.fromString(told.getAggregateIdentifier()), told.getSequenceNumber()));
  }

  private static DomainEventMessage<?> all(UUID owner, long sequence) {
    return new GenericDomainEventMessage<>(
        "Inbox",
        UUID.nameUUIDFromBytes(new byte[] {2}).toString(),
        sequence,
        new AllNotificationsRead(owner));
  }
}
