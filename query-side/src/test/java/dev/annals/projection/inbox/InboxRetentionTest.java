package dev.annals.projection.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.api.ChangeKind;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.given.NoteBuilder;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.Paging;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.write.MissingEventException;
import dev.annals.projection.write.ModelDurability;
import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationView;
import dev.annals.query.Delivery;
import dev.annals.query.Stream;
import dev.annals.query.notification.NotificationProjection;
import dev.annals.servers.MovingClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of notifications. */
class InboxRetentionTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final UUID NOTE = new UUID(9, 1);
  private static final UUID OTHER = new UUID(9, 2);
  private static final Duration KEEP_READ = Duration.ofDays(90);
  private static final Duration KEEP_UNREAD = Duration.ofDays(365);
  private static final InboxProperties KEEP = new InboxProperties(KEEP_READ, KEEP_UNREAD);
  private static final Instant READ = Stream.START.plus(Duration.ofDays(10));

  /** All that has happened by {@link #READ} is over. */
  private static final Instant LATE = Stream.START.plus(Duration.ofDays(400));

  private static final Paging ALL = new Paging(0, 100);

  private final TestMongo mongo = new TestMongo();
  private final List<NewNotifications> arrivals = new ArrayList<>();
  private final MeterRegistry metrics = new SimpleMeterRegistry();
  private final MovingClock clock = new MovingClock(Stream.START);
  private final Inbox inbox = inbox(mongo.database());
  private final InboxQueries queries = new InboxQueries(mongo.database(), inbox, processor -> {});
  private final Delivery delivery = delivery();
  private final InboxRetention retention = retention(mongo.database(), () -> {});

  @AfterEach
  void close() {
    mongo.close();
  }

  /** How the first of two notifications is read, and when it is over. */
  private enum Reading {
    ALONE(READ.plus(KEEP_READ)),
    WITH_ALL(READ.plus(KEEP_READ)),
    ALONE_BEFORE_THE_UPGRADE(READ.plus(KEEP_READ)),
    WITH_ALL_BEFORE_THE_UPGRADE(READ.plus(KEEP_READ)),
    WITH_ALL_BEFORE_AND_AFTER_THE_UPGRADE(READ.plus(KEEP_READ)),
    ALONE_AFTER_ALL(READ.plus(KEEP_READ)),
    WITH_ALL_TWICE(READ.plus(KEEP_READ)),
    NEVER(Stream.START.plus(KEEP_UNREAD));

    private final Instant end;

    Reading(Instant end) {
      this.end = end;
    }
  }

  @ParameterizedTest
  @EnumSource
  void removesANotificationAtItsEndAndNotBefore(Reading reading) {
    Stream note = note(NOTE, ANN);
    Stream other = note(OTHER, ANN);
    delivery.deliver(note.messages().subList(0, 2));
    read(reading, note);
    delivery.deliver(other.message(0));
    entries()
        .updateOne(
            Filters.eq("_id", OTHER + "/0"), Updates.set("occurredAt", LATE.minusSeconds(1)));

    forgetLooks();
    clock.set(reading.end.minusMillis(1));
    retention.run(1);
    assertThat(listed()).contains(1L);

    forgetLooks();
    clock.set(reading.end);
    retention.run(1);
    assertThat(listed()).contains(3L).doesNotContain(1L);
    assertThat(sequences(queries.after(ANN, 0, 10))).contains(3L).doesNotContain(1L);
    assertThat(removed()).isPositive();
  }

  private void read(Reading reading, Stream note) {
    clock.set(READ);
    Instant later = READ.plus(Duration.ofDays(5));
    switch (reading) {
      case ALONE -> delivery.deliver(read(note.message(0), READ));
      case WITH_ALL -> delivery.deliver(all(ANN, 0, READ));
      case ALONE_BEFORE_THE_UPGRADE -> {
        entries().updateMany(new Document(), Updates.set("read", true));
        retention.run(1);
      }
      case WITH_ALL_BEFORE_THE_UPGRADE -> {
        inboxes().updateOne(Filters.eq("_id", ANN.toString()), Updates.set("readUpTo", 2L));
        retention.run(1);
      }
      case WITH_ALL_BEFORE_AND_AFTER_THE_UPGRADE -> {
        inboxes().updateOne(Filters.eq("_id", ANN.toString()), Updates.set("readUpTo", 1L));
        retention.run(1);
        delivery.deliver(all(ANN, 0, later));
      }
      case ALONE_AFTER_ALL -> delivery.deliver(all(ANN, 0, READ), read(note.message(0), later));
      case WITH_ALL_TWICE -> {
        delivery.deliver(all(ANN, 0, READ));
        delivery.deliver(all(ANN, 1, later));
      }
      case NEVER -> {}
    }
  }

  @Test
  void hidesTheNewestEntryUntilTheNextOneHasFollowedItAndTakenItsTitle() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.messages().subList(0, 2));
    delivery.deliver(all(ANN, 0, READ));
    clock.set(LATE);
    retention.run(1);
    arrivals.clear();

    assertThat(listed()).isEmpty();
    assertThat(queries.list(ANN, Optional.empty(), OptionalLong.of(-9), ALL).content()).isEmpty();
    assertThat(queries.list(ANN, Optional.of(false), OptionalLong.empty(), ALL).content())
        .isEmpty();
    assertThat(queries.after(ANN, -9, 10)).isEmpty();
    assertThat(queries.countAfter(ANN, -9, 10)).isZero();
    assertThat(queries.newest(ANN)).isEqualTo(2);
    assertThat(queries.last(ANN)).isEqualTo(2);
    assertThat(stored())
        .extracting(NotificationDocument::id, NotificationDocument::sequence)
        .containsExactly(tuple(NOTE + "/1", -2L));
    assertThat(removed()).isEqualTo(2);

    delivery.deliver(at(LATE, note.message(2)));

    assertThat(arrivals)
        .extracting(NewNotifications::previous, it -> it.notifications().get(0).resource().title())
        .containsExactly(tuple(2L, "Plan B"));
    assertThat(listed()).containsExactly(3L);
    assertThat(queries.unread(ANN)).isEqualTo(1);

    forgetLooks();
    retention.run(1);
    assertThat(stored()).extracting(NotificationDocument::id).containsExactly(NOTE + "/2");
    assertThat(removed()).isEqualTo(2);
  }

  @Test
  void keepsTheOnlyTitleBeforeASkippedEvent() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.message(0));
    inbox.skip(note.message(1));
    clock.set(LATE);
    retention.run(1);
    forgetLooks();
    retention.run(1);

    delivery.deliver(at(LATE, note.message(2)));

    assertThat(queries.after(ANN, 0, 10))
        .extracting(it -> it.resource().title())
        .containsExactly("Plan");
  }

  @Test
  void countsAndListsWhatIsLeft() {
    List<Stream> notes = IntStream.range(0, 6).mapToObj(i -> note(new UUID(9, i), ANN)).toList();
    delivery.deliver(notes.get(0).message(0), notes.get(1).message(0), all(ANN, 0, READ));
    notes.subList(2, 6).forEach(it -> delivery.deliver(it.message(0)));
    delivery.deliver(read(notes.get(3).message(0), READ), read(notes.get(5).message(0), LATE));

    clock.set(READ.plus(KEEP_READ));
    retention.run(1);

    assertThat(listed()).containsExactly(6L, 5L, 3L);
    assertThat(listed(Optional.of(true), OptionalLong.empty())).containsExactly(5L, 3L);
    assertThat(listed(Optional.of(true), OptionalLong.of(3))).containsExactly(5L);
    assertThat(listed(Optional.of(false), OptionalLong.empty())).containsExactly(6L);
    assertThat(queries.unread(ANN)).isEqualTo(2);
    assertThat(queries.countAfter(ANN, 0, 10)).isEqualTo(3);

    delivery.deliver(all(ANN, 1, LATE));
    assertThat(queries.unread(ANN)).isZero();
    assertThat(listed(Optional.of(false), OptionalLong.empty())).containsExactly(6L, 5L, 3L);
  }

  @Test
  void tellsWhichCursorsMissSomething() {
    for (int i = 0; i < 5; i++) {
      delivery.deliver(note(new UUID(9, i), ANN).message(0));
    }
    assertThat(queries.isGone(ANN, 0)).isFalse();
    delivery.deliver(read(note(new UUID(9, 2), ANN).message(0), READ));

    clock.set(READ.plus(KEEP_READ));
    retention.run(1);

    assertThat(listed()).containsExactly(5L, 4L, 2L, 1L);
    assertThat(IntStream.rangeClosed(0, 6).filter(it -> queries.isGone(ANN, it)))
        .containsExactly(0, 1, 2, 6);
    assertThat(queries.has(ANN, 3)).isFalse();
    assertThat(IntStream.rangeClosed(0, 6).filter(it -> queries.isCutOff(ANN, it)))
        .containsExactly(6);
    assertThat(queries.isGone(BEN, 0)).isFalse();
  }

  @Test
  void findsHiddenEntriesAmongAllByTheirNumbers() {
    Stream first = note(new UUID(9, 0), ANN);
    Stream second = note(new UUID(9, 1), ANN);
    Stream third = note(new UUID(9, 2), ANN);
    delivery.deliver(first.message(0), second.message(0), third.message(0), first.message(1));
    delivery.deliver(read(second.message(0), READ), read(first.message(0), READ));
    clock.set(READ.plus(KEEP_READ));
    retention.run(1);

    assertThat(listed()).containsExactly(4L, 3L);
    assertThat(all(0, 10)).containsExactly("2 second", "3 third", "4 first");
    assertThat(all(0, 2)).containsExactly("2 second", "3 third");
    assertThat(all(2, 10)).containsExactly("3 third", "4 first");
  }

  private List<String> all(long since, int limit) {
    return queries.allAfter(ANN, since, limit, "resourceId").stream()
        .map(
            it ->
                it.getLong("sequence")
                    + List.of(" first", " second", " third")
                        .get(
                            (int)
                                UUID.fromString(it.getString("resourceId"))
                                    .getLeastSignificantBits()))
        .toList();
  }

  @Test
  void readingARemovedNotificationChangesNothing() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.messages().subList(0, 2));
    delivery.deliver(all(ANN, 0, READ));
    clock.set(LATE);
    retention.run(1);

    delivery.deliver(read(note.message(0), LATE), read(note.message(1), LATE));

    assertThat(listed()).isEmpty();
    assertThat(queries.shown(ANN, token(ConsistencyToken.READING, 0))).isCompleted();
    assertThat(queries.shown(ANN, token(ConsistencyToken.READING, 1))).isCompleted();
    assertThat(queries.shown(ANN, token(ChangeKind.NOTE, 0))).isCompleted();
    CompletableFuture<Void> future = queries.shown(ANN, token(ChangeKind.NOTE, 2));
    assertThat(future).isNotDone();
    future.cancel(false);
    assertThatThrownBy(() -> delivery.deliver(read(note.message(2), LATE)))
        .isInstanceOf(MissingEventException.class);
  }

  private static ConsistencyTokens token(String kind, long version) {
    return new ConsistencyTokens(List.of(ConsistencyToken.of(kind, NOTE, version)));
  }

  @Test
  void waitsForTheReadingOfANotificationThatALaterOneFollows() {
    Stream note = note(NOTE, ANN);
    delivery.deliver(note.messages().subList(0, 2));

    CompletableFuture<Void> shown = queries.shown(ANN, token(ConsistencyToken.READING, 0));
    assertThat(shown).isNotDone();
    delivery.deliver(read(note.message(0), READ));

    assertThat(shown).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void addsNoRemovedNotificationAgainWhenAllEventsAreDeliveredAgain() {
    Stream note = note(NOTE, ANN);
    Stream kept = note(OTHER, ANN);
    delivery.deliver(note.messages());
    delivery.deliver(all(ANN, 0, READ), kept.message(0));
    clock.set(READ.plus(KEEP_READ));
    retention.run(1);
    List<NotificationDocument> left = stored();
    arrivals.clear();

    delivery().deliver(note.messages());
    delivery().deliver(kept.message(0), note.message(3));
    delivery().deliver(note.message(1));

    assertThat(stored()).isEqualTo(left).hasSize(2);
    assertThat(arrivals).isEmpty();
    assertThat(queries.last(ANN)).isEqualTo(5);
  }

  @Test
  void readsAndRemovesInPieces() {
    delivery.deliver(note(NOTE, ANN).message(0));
    Document entry = entries().withDocumentClass(Document.class).find().first();
    List<Document> more = new ArrayList<>();
    for (long i = 1; i < 1_201; i++) {
      more.add(
          new Document(entry)
              .append("_id", NOTE + "/" + i)
              .append("version", i)
              .append("sequence", i + 1));
    }
    entries().withDocumentClass(Document.class).insertMany(more);
    clock.set(LATE);
    mongo.forgetCommands();

    retention.run(1);

    assertThat(stored()).extracting(NotificationDocument::sequence).containsExactly(-1_201L);
    assertThat(mongo.commands("delete").stream().map(InboxRetentionTest::ids))
        .containsExactly(500, 500, 200);
    assertThat(removed()).isEqualTo(1_201);
  }

  private static int ids(CommandStartedEvent delete) {
    BsonDocument filter =
        delete.getCommand().getArray("deletes").get(0).asDocument().getDocument("q");
    return filter.getDocument("_id").getArray("$in").size();
  }

  @Test
  void endsARunAtItsBoundAndContinuesWithTheNextOwner() {
    List<UUID> owners = IntStream.range(0, 3).mapToObj(i -> new UUID(1, i)).toList();
    owners.forEach(it -> delivery.deliver(note(it, it).message(0)));
    clock.set(LATE);

    for (int run = 1; run <= 3; run++) {
      retention.run(1);
      assertThat(owners).filteredOn(it -> queries.unread(it) == 0).hasSize(run);
    }
  }

  @Test
  void looksThroughAnInboxAgainWhenAHundredthOfTheTimeHasPassed() {
    delivery.deliver(note(NOTE, ANN).message(0), all(ANN, 0, READ));
    clock.set(READ.plus(KEEP_READ).minusMillis(1));
    retention.run(1);
    clock.set(READ.plus(KEEP_READ).plus(KEEP_READ.dividedBy(100)));
    mongo.forgetCommands();
    retention.run(1);
    assertThat(mongo.commands().stream().map(CommandStartedEvent::getCommandName))
        .containsExactly("findAndModify", "find");
    assertThat(listed()).containsExactly(1L);

    clock.move(Duration.ofMillis(1));
    retention.run(1);

    assertThat(listed()).isEmpty();
  }

  @Test
  void findsWhatIsOverAfterTheTimeIsConfiguredShorter() {
    delivery.deliver(note(NOTE, ANN).message(0), all(ANN, 0, READ));
    clock.set(READ.plus(Duration.ofDays(2)));
    retention.run(1);
    assertThat(listed()).containsExactly(1L);

    new InboxRetention(
            inbox,
            mongo.database(),
            new InboxProperties(Duration.ofDays(1), KEEP_UNREAD),
            () -> {},
            processor -> {},
            clock,
            new PeriodicTasks(),
            metrics)
        .run(1);

    assertThat(listed()).isEmpty();
  }

  /** What happens between two commands of a run. */
  private enum Meanwhile {
    ANOTHER_RUN,
    NEXT_CHANGE,
    ERASURE
  }

  @ParameterizedTest
  @EnumSource
  void endsAlikeWhateverHappensBeforeAnyCommand(Meanwhile event) {
    Stream note = note(NOTE, ANN);
    Stream other = note(OTHER, ANN);
    AtomicInteger left = new AtomicInteger(-1);
    for (int command = 0; left.get() < 0; command++) {
      try (TestMongo another = new TestMongo()) {
        MongoDatabase elsewhere = another.database(mongo.name());
        delivery().deliver(note.messages().subList(0, 3));
        delivery().deliver(other.message(0));
        clock.set(LATE);
        Runnable happens =
            switch (event) {
              case ANOTHER_RUN -> () -> retention(elsewhere, () -> {}).run(1);
              case NEXT_CHANGE ->
                  () -> delivery(elsewhere, another).deliver(at(LATE, note.message(3)));
              case ERASURE -> () -> inbox(elsewhere).drop(Set.of(ANN.toString()), () -> {});
            };
        left.set(command);
        mongo.beforeEach(
            () -> {
              if (left.getAndDecrement() == 0) {
                happens.run();
              }
            });
        retention.run(1);
        mongo.beforeEach(() -> {});
        if (left.get() >= 0) {
          happens.run();
        }
        forgetLooks();
        retention.run(1);

        List<String> expected =
            switch (event) {
              case ANOTHER_RUN -> List.of("-4 Plan", "-3 Plan B");
              case NEXT_CHANGE -> List.of("-4 Plan", "5 Plan B");
              case ERASURE -> List.of();
            };
        assertThat(stored())
            .as("before command %d", command)
            .extracting(it -> it.sequence() + " " + it.title())
            .isEqualTo(expected);
        assertThat(queries.isGone(ANN, 3)).isTrue();
        inbox.drop(Set.of(ANN.toString()), () -> {});
      }
    }
  }

  @Test
  void storesTheRemovedNumberDurablyBeforeAnEntryGoes() {
    delivery.deliver(note(NOTE, ANN).messages());
    clock.set(LATE);
    InboxRetention full =
        retention(
            mongo.database(),
            () -> {
              throw new IllegalStateException("the disk is full");
            });

    assertThatThrownBy(() -> full.run(1)).hasMessage("the disk is full");
    assertThat(listed()).containsExactly(4L, 3L, 2L, 1L);
    assertThat(queries.isGone(ANN, 3)).isTrue();

    retention.run(1);
    assertThat(listed()).isEmpty();
  }

  @Test
  void removesNothingWhileTheInboxesAreCutBack() {
    delivery.deliver(note(NOTE, ANN).messages());
    clock.set(LATE);
    InboxRetention guarded =
        new InboxRetention(
            inbox,
            mongo.database(),
            KEEP,
            () -> {},
            processor -> {
              throw new IllegalStateException(processor + " is cut back");
            },
            clock,
            new PeriodicTasks(),
            metrics);

    assertThatThrownBy(() -> guarded.run(1)).hasMessage("notifications is cut back");
    assertThat(listed()).hasSize(4);
  }

  @Test
  void leavesEntriesWithoutAnOwnerAlone() {
    delivery.deliver(note(NOTE, ANN).message(0));
    inbox.skip(note(NOTE, ANN).message(1));
    inbox.skip(note(NOTE, ANN).message(2));
    clock.set(LATE);

    retention.run(10);

    assertThat(entries().find(Filters.eq("owner", Inbox.NO_OWNER)))
        .extracting(NotificationDocument::sequence)
        .containsExactly(1L, 2L);
  }

  /** The documents as the version before knows them. */
  public record InboxBefore(@BsonId String id, long last, long readUpTo, long readAll) {}

  public record NotificationBefore(
      @BsonId String id,
      String eventId,
      String owner,
      long sequence,
      String type,
      String kind,
      String resourceId,
      long version,
      String title,
      Instant occurredAt,
      boolean read) {}

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theVersionBeforeReadsAllDocumentsAndThisOneReadsItsDocuments(boolean runs) {
    delivery.deliver(note(NOTE, ANN).message(0), all(ANN, 0, READ));
    delivery.deliver(read(note(NOTE, ANN).message(0), READ));
    clock.set(runs ? LATE : READ);
    retention.run(1);

    assertThat(mongo.database().getCollection(Inbox.INBOXES, InboxBefore.class).find())
        .containsExactlyInAnyOrder(
            new InboxBefore(ANN.toString(), 1, 1, 0), new InboxBefore("first-run", 0, 0, -1));
    assertThat(mongo.database().getCollection(Inbox.NAME, NotificationBefore.class).find())
        .extracting(NotificationBefore::sequence, NotificationBefore::read)
        .containsExactly(tuple(runs ? -1L : 1L, true));
    for (String added : List.of("removed", "reads", "oldestRead", "oldestUnread")) {
      inboxes().updateMany(new Document(), Updates.unset(added));
    }
    entries().updateMany(new Document(), Updates.unset("readAt"));
    assertThat(inbox.find(ANN.toString()))
        .contains(new InboxDocument(ANN.toString(), 1, 1, 0, 0L, List.of(), List.of()));
    assertThat(stored()).extracting(NotificationDocument::readAt).containsExactly((Instant) null);
  }

  private Inbox inbox(MongoDatabase database) {
    return new Inbox(
        NotificationProjection.TYPES,
        database,
        new ModelProperties(true, null, Duration.ofSeconds(3), 4, 200),
        KEEP,
        () -> {},
        users -> Set.of(),
        clock);
  }

  private InboxRetention retention(MongoDatabase database, ModelDurability durability) {
    return new InboxRetention(
        inbox(database),
        database,
        KEEP,
        durability,
        processor -> {},
        clock,
        new PeriodicTasks(),
        metrics);
  }

  private Delivery delivery() {
    return delivery(mongo.database(), mongo);
  }

  private Delivery delivery(MongoDatabase database, TestMongo tokens) {
    return new Delivery(
        new NotificationProjection(new InboxWriter(inbox(database), List.of(arrivals::add))),
        tokens);
  }

  /** Lets the next run look through all inboxes. */
  private void forgetLooks() {
    inboxes().updateMany(new Document(), Updates.unset("oldestRead"));
  }

  private MongoCollection<NotificationDocument> entries() {
    return mongo.database().getCollection(Inbox.NAME, NotificationDocument.class);
  }

  private MongoCollection<InboxDocument> inboxes() {
    return mongo.database().getCollection(Inbox.INBOXES, InboxDocument.class);
  }

  private List<NotificationDocument> stored() {
    return entries()
        .find(Filters.eq("owner", ANN.toString()))
        .sort(Sorts.ascending("sequence"))
        .into(new ArrayList<>());
  }

  private double removed() {
    return metrics.counter("annals.notifications.removed").count();
  }

  private List<Long> listed() {
    return listed(Optional.empty(), OptionalLong.empty());
  }

  private List<Long> listed(Optional<Boolean> unread, OptionalLong after) {
    return sequences(queries.list(ANN, unread, after, ALL).content());
  }

  private static List<Long> sequences(List<NotificationView> notifications) {
    return notifications.stream().map(NotificationView::sequence).toList();
  }

  private static Stream note(UUID id, UUID owner) {
    return Stream.of(
        NoteBuilder.note().titled("Plan").created(id, owner),
        NoteBuilder.note().titled("Plan B").updated(id, owner),
        new NoteDeleted(id, owner),
        new NoteRestored(id, owner));
  }

  private static DomainEventMessage<?> at(Instant time, DomainEventMessage<?> message) {
    return new GenericDomainEventMessage<>(
        message.getType(),
        message.getAggregateIdentifier(),
        message.getSequenceNumber(),
        message,
        time);
  }

  private static DomainEventMessage<?> read(DomainEventMessage<?> told, Instant time) {
    UUID id = UUID.fromString(told.getIdentifier());
    UUID resource = UUID.fromString(told.getAggregateIdentifier());
    return at(
        time,
        new GenericDomainEventMessage<>(
            "Notification",
            UUID.nameUUIDFromBytes(new byte[] {1}).toString(),
            0,
            new NotificationRead(id, ANN, resource, told.getSequenceNumber())));
  }

  private static DomainEventMessage<?> all(UUID owner, long sequence, Instant time) {
    return at(
        time,
        new GenericDomainEventMessage<>(
            "Inbox",
            UUID.nameUUIDFromBytes(new byte[] {2}).toString(),
            sequence,
            new AllNotificationsRead(owner)));
  }
}
