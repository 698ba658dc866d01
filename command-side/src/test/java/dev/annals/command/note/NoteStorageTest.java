package dev.annals.command.note;

import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Cache;
import dev.annals.api.NoteView;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.base.web.RequestId;
import dev.annals.command.Database;
import dev.annals.command.note.NoteCommand.CreateNote;
import dev.annals.command.note.NoteCommand.DeleteNote;
import dev.annals.command.note.NoteCommand.RestoreNote;
import dev.annals.command.note.NoteCommand.UpdateNote;
import dev.annals.eventstore.aggregate.IdempotentCreation;
import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.eventstore.axon.NotifyingEventSource;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.security.Caller;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.IfMatch;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.Registration;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.Repository;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.transaction.support.TransactionTemplate;

/** Commands on two command sides that share one real event store. */
class NoteStorageTest {

  private static final IfMatch ANY = new IfMatch.AnyVersion();

  private static Database database;
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  private final UUID note = UUID.randomUUID();
  private final UUID owner = UUID.randomUUID();
  private final JdbcClient jdbc = database.jdbc();

  @BeforeAll
  static void startTwo() {
    database = Database.create();
    first = database.start(Chance.class);
    second = database.start();
  }

  @AfterAll
  static void stopThem() {
    second.close();
    first.close();
  }

  @BeforeEach
  void createKeyOfOwner() {
    first.getBean(StoredSubjectKeys.class).create(owner);
  }

  @AfterEach
  void clearRequestContext() {
    SecurityContextHolder.clearContext();
    MDC.clear();
  }

  @Test
  void storesNoRowWhenACommandFailsAfterItsEventsWereWritten() {
    assertThatThrownBy(() -> send(first, new FailAfterTheAppend(create("Title"))))
        .hasMessageContaining("after the append");

    assertThat(sequences()).isEmpty();
    send(first, create("Title"));
    assertThat(sequences()).containsExactly(0L);
  }

  @Test
  void acceptsOneOfSixteenUpdatesOfTheSameVersionOnTwoInstances() throws Exception {
    send(first, create("Title"));

    List<Object> answers = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService writers = Executors.newFixedThreadPool(16);
    try {
      List<Future<Object>> writing = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        ConfigurableApplicationContext node = i % 2 == 0 ? first : second;
        UpdateNote update =
            new UpdateNote(note, owner, IfMatch.version(0), note().titled("Title " + i).values());
        writing.add(
            writers.submit(
                () -> {
                  start.await();
                  return send(node, update);
                }));
      }
      start.countDown();
      for (Future<Object> answer : writing) {
        answers.add(answerOf(answer));
      }
    } finally {
      writers.shutdownNow();
    }

    assertThat(answers).filteredOn(NoteView.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(answer -> answer == Problem.STALE_VERSION).hasSize(15);
    assertThat(sequences()).containsExactly(0L, 1L);
  }

  @Test
  void leavesAConnectionToTheWriterWhileManyCommandsWaitForItsNote() throws Exception {
    send(first, create("Title"));

    ExecutorService writers = Executors.newFixedThreadPool(40);
    try {
      List<Callable<Object>> updates = new ArrayList<>();
      for (int i = 1; i <= 200; i++) {
        UpdateNote update = update("Title " + i);
        updates.add(() -> send(first, update));
      }
      for (Future<Object> answer : writers.invokeAll(updates)) {
        assertThat(answerOf(answer)).isInstanceOf(NoteView.class);
      }
    } finally {
      writers.shutdownNow();
    }
  }

  @Test
  void refusesAnOvertakenUpdateOfAVersionWithTheNewerVersion() {
    send(first, create("Title"));
    UpdateNote late =
        new UpdateNote(note, owner, IfMatch.version(0), note().titled("Late").values());

    assertThatThrownBy(
            () -> send(first, new UpdateOvertaken(late, once(() -> send(second, update("Early"))))))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.problem()).isEqualTo(Problem.STALE_VERSION);
              assertThat(refusal.extensions()).isEqualTo(Map.of("currentVersion", 1L));
            });
    assertThat(sequences()).containsExactly(0L, 1L);
  }

  @Test
  void appliesAnOvertakenUpdateOfAnyVersionToTheNewerVersion() {
    send(first, create("Title"));

    NoteView answer =
        (NoteView)
            send(
                first,
                new UpdateOvertaken(update("Late"), once(() -> send(second, update("Early")))));

    assertThat(answer.values().title()).isEqualTo("Late");
    assertThat(answer.version()).isEqualTo(2);
    assertThat(sequences()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void retriesAnOvertakenUpdateWithoutWaitingForAnotherNote() throws Exception {
    UUID busy = UUID.randomUUID();
    send(first, create("Title"));
    send(first, new CreateNote(busy, owner, note().titled("Busy").values()));
    UpdateNote ofBusy = new UpdateNote(busy, owner, ANY, note().titled("Late").values());
    CountDownLatch holding = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    ExecutorService others = Executors.newFixedThreadPool(2);
    try {
      // The first command is overtaken, and its retry waits for the second one.
      Future<Object> overtaken =
          others.submit(
              () ->
                  send(
                      first,
                      new UpdateOvertaken(
                          ofBusy,
                          once(
                              () -> {
                                send(
                                    second,
                                    new UpdateNote(
                                        busy, owner, ANY, note().titled("Early").values()));
                                others.execute(
                                    () ->
                                        send(
                                            first,
                                            new UpdateOvertaken(
                                                new UpdateNote(
                                                    busy,
                                                    owner,
                                                    ANY,
                                                    note().titled("Long").values()),
                                                once(
                                                    () -> {
                                                      holding.countDown();
                                                      waitFor(over);
                                                    }))));
                              }))));
      holding.await();

      NoteView answer =
          (NoteView)
              send(
                  first,
                  new UpdateOvertaken(update("Late"), once(() -> send(second, update("Early")))));

      assertThat(answer.version()).isEqualTo(2);
      assertThat(overtaken.isDone()).isFalse();
      over.countDown();
      assertThat(((NoteView) overtaken.get()).values().title()).isEqualTo("Late");
    } finally {
      over.countDown();
      others.shutdown();
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  record BodyOfYesterday(String title, Instant dueAt) {}

  record BodyOfToday(String title, Integer estimate, Instant dueAt, List<String> tags) {}

  record ItemsOfYesterday(List<BodyOfYesterday> items) {}

  record ItemsOfToday(List<BodyOfToday> items) {}

  @Test
  void takesABodyForTheSameWhenItLeavesOutPropertiesThatAnotherVersionDoesNotKnow() {
    BodyOfToday today = new BodyOfToday("Title", null, null, null);
    assertThat(createdTwice(new BodyOfYesterday("Title", null), today)).isTrue();
    assertThat(createdTwice(Map.of("title", "Title"), today)).isTrue();
    assertThat(createdTwice(today, today)).isTrue();
    assertThat(
            createdTwice(
                new BodyOfYesterday("Title", null), new BodyOfToday("Title", 5, null, null)))
        .isFalse();
    assertThat(createdTwice(new BodyOfYesterday("Other", null), today)).isFalse();
    assertThat(
            createdTwice(
                new BodyOfYesterday("Title", Instant.EPOCH),
                new BodyOfToday("Title", null, Instant.EPOCH, null)))
        .isTrue();
    assertThat(createdTwice(new BodyOfYesterday("Title", Instant.EPOCH), today)).isFalse();
    assertThat(
            createdTwice(
                new ItemsOfYesterday(List.of(new BodyOfYesterday("Title", null))),
                new ItemsOfToday(List.of(today))))
        .isTrue();
    assertThat(
            createdTwice(
                new ItemsOfYesterday(List.of(new BodyOfYesterday("Title", null))),
                new ItemsOfToday(List.of(today, today))))
        .isFalse();
  }

  /** Returns whether the second body is taken for the first one under the same key. */
  private boolean createdTwice(Object earlier, Object later) {
    IdempotentCreation creation = first.getBean(IdempotentCreation.class);
    UUID id = UUID.randomUUID();
    create(creation, id, earlier);
    try {
      return create(creation, id, later).equals("again");
    } catch (Refusal refusal) {
      assertThat(refusal.problem()).isEqualTo(Problem.IDEMPOTENCY_KEY_REUSE);
      return false;
    }
  }

  private Object create(IdempotentCreation creation, UUID id, Object body) {
    return creation.<Object>create(
        new IdempotencyKey(Optional.of("key")),
        owner,
        id,
        body,
        new CreateNote(id, owner, note().values()),
        event -> "again",
        Supplier::get);
  }

  @Test
  void admitsOneOfSixteenConcurrentRequestsWithTheSameKey() throws Exception {
    IdempotentCreation creation = first.getBean(IdempotentCreation.class);
    AtomicInteger admitted = new AtomicInteger();
    Callable<Object> request =
        () ->
            creation.<Object>create(
                new IdempotencyKey(Optional.of("key")),
                owner,
                note,
                "body",
                create("Title"),
                event -> "again",
                work -> {
                  admitted.incrementAndGet();
                  return work.get();
                });
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      for (Future<Object> answer : clients.invokeAll(Collections.nCopies(16, request))) {
        answer.get();
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(admitted).hasValue(1);
  }

  @Test
  void refusesToCreateANoteThatAnotherInstanceCreated() {
    send(first, create("Title"));

    assertThatThrownBy(() -> send(second, create("Another")))
        .isInstanceOf(AggregateStreamCreationException.class);
    assertThat(sequences()).containsExactly(0L);
  }

  @Test
  void decidesOnTheEventsOfAnotherInstance() {
    send(first, create("Title"));
    send(second, update("Second"));

    assertThat(((NoteView) send(first, update("Third"))).version()).isEqualTo(2);
  }

  @Test
  void changesTheStateOfAnotherInstanceThatEqualsNoCachedState() {
    send(first, create("Title"));
    send(second, update("Second"));

    // In the cache the note has this title.
    NoteView answer = (NoteView) send(first, update("Title"));

    assertThat(answer.version()).isEqualTo(2);
    assertThat(answer.values().title()).isEqualTo("Title");
  }

  @Test
  void acceptsTheVersionThatAnotherInstanceStored() {
    send(first, create("Title"));
    send(second, update("Second"));

    send(first, new DeleteNote(note, owner, IfMatch.version(1)));

    assertThat(sequences()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void refusesTheVersionThatAnotherInstanceReplaced() {
    send(first, create("Title"));
    send(second, update("Second"));

    assertThatThrownBy(() -> send(first, new DeleteNote(note, owner, IfMatch.version(0))))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.extensions()).isEqualTo(Map.of("currentVersion", 1L)));
    assertThat(sequences()).containsExactly(0L, 1L);
  }

  @Test
  void storesTheEventsOfCommandsWithinACommandInTheirOrder() {
    UUID another = UUID.randomUUID();

    send(
        first,
        new Together(
            List.of(
                create("Title"),
                new CreateNote(another, owner, note().titled("Another").values()),
                update("Second"))));

    assertThat(
            jdbc.sql(
                    """
                    select aggregate_identifier || ' ' || sequence_number
                    from events.domain_event_entry
                    where aggregate_identifier in (?, ?) order by global_index
                    """)
                .params(note.toString(), another.toString())
                .query(String.class)
                .list())
        .containsExactly(note + " 0", another + " 0", note + " 1");
  }

  @Test
  void storesNoEventOfCommandsWithinACommandIfOneFails() {
    UUID existing = UUID.randomUUID();
    CreateNote again = new CreateNote(existing, owner, note().titled("Another").values());
    send(second, again);

    assertThatThrownBy(() -> send(first, new Together(List.of(create("Title"), again))))
        .isInstanceOf(AggregateStreamCreationException.class);

    assertThat(sequences()).isEmpty();
  }

  @Test
  void storesAnEventAtOnceInAnOuterTransactionAndNeverIfThatIsRolledBack() {
    TransactionTemplate transactions = first.getBean(TransactionTemplate.class);
    EventStore events = first.getBean(EventStore.class);

    transactions.executeWithoutResult(
        status -> {
          send(first, create("Title"));
          assertThat(sequences()).isEmpty();
          assertThat(events.readEvents(note.toString(), 0).hasNext()).isTrue();
          assertThat(((NoteView) send(first, update("Second"))).version()).isEqualTo(1);
          status.setRollbackOnly();
        });

    assertThat(sequences()).isEmpty();
  }

  @Test
  void dropsTheCachedNoteWhenACommandFails() {
    send(first, create("Title"));
    assertThatThrownBy(
            () ->
                send(
                    first,
                    new UpdateOvertaken(
                        update("Failed"),
                        () -> {
                          throw new IllegalStateException("before the append");
                        })))
        .hasMessageContaining("before the append");

    send(first, new DeleteNote(note, owner, IfMatch.version(0)));
    NoteView restored = (NoteView) send(first, new RestoreNote(note, owner, ANY));
    assertThat(restored.values().title()).isEqualTo("Title");
    assertThat(restored.version()).isEqualTo(2);
  }

  @Test
  void doesNotCacheErasedTextAgainAfterACommandThatChangesNothing() {
    send(first, create("Geheimnis"));
    StoredSubjectKeys keys = first.getBean(StoredSubjectKeys.class);

    send(
        first,
        new UpdateOvertaken(
            update("Geheimnis"),
            once(
                () -> {
                  second.getBean(StoredSubjectKeys.class).destroy(owner);
                  await().until(() -> keys.find(owner).isEmpty());
                })));

    assertThat(send(first, new Read(note))).isEqualTo("[erased]");
  }

  @Test
  void dropsTheCachedNoteWhenTheKeyOfItsOwnerIsDestroyed() {
    send(first, create("Geheimnis"));
    assertThat(send(first, new Read(note))).isEqualTo("Geheimnis");

    second.getBean(StoredSubjectKeys.class).destroy(owner);

    await().untilAsserted(() -> assertThat(send(first, new Read(note))).isEqualTo("[erased]"));
  }

  @Test
  void notifiesBothInstancesOfACommit() {
    AtomicInteger here = new AtomicInteger();
    AtomicInteger there = new AtomicInteger();
    Registration first =
        NoteStorageTest.first.getBean(CommitSignal.class).subscribe(here::incrementAndGet);
    Registration second =
        NoteStorageTest.second.getBean(CommitSignal.class).subscribe(there::incrementAndGet);
    try {
      send(NoteStorageTest.first, create("Title"));
      await().untilAtomic(here, Matchers.greaterThan(0));
      await().untilAtomic(there, Matchers.greaterThan(0));
    } finally {
      first.cancel();
      second.cancel();
    }
  }

  @Test
  void deliversAnEventThatCommitsLateToAllStreams() throws Exception {
    send(first, create("Title"));
    NotifyingEventSource source = first.getBean(NotifyingEventSource.class);
    TrackingToken head = source.createHeadToken();
    UUID late = UUID.randomUUID();
    try (BlockingStream<TrackedEventMessage<?>> one = source.openStream(head);
        BlockingStream<TrackedEventMessage<?>> other = source.openStream(head);
        Connection connection = first.getBean(DataSource.class).getConnection()) {
      assertThat(one.hasNextAvailable()).isFalse();
      assertThat(other.hasNextAvailable()).isFalse();
      connection.setAutoCommit(false);
      append(connection, late);
      send(first, update("Second"));
      assertThat(next(one)).isEqualTo(note.toString());
      connection.commit();

      assertThat(next(one)).isEqualTo(late.toString());
      // By the time of their commits, or by their positions if it reads them from the store.
      assertThat(List.of(next(other), next(other)))
          .containsExactlyInAnyOrder(note.toString(), late.toString());
    }
  }

  @Test
  void endsABatchOfEventsByItsBytesAndReadsAllEvents() throws InterruptedException {
    NotifyingEventSource source = first.getBean(NotifyingEventSource.class);
    TrackingToken head = source.createHeadToken();
    send(first, create("Title"));
    for (int i = 0; i < 11; i++) {
      send(
          first,
          new UpdateNote(
              note, owner, ANY, note().titled("Title " + i).content("x".repeat(100_000)).values()));
    }

    EventStorageEngine engine = first.getBean(EventStorageEngine.class);
    List<?> ofTheNote =
        ReflectionTestUtils.invokeMethod(engine, "fetchDomainEvents", note.toString(), 0L, 100);
    List<?> ofAll = ReflectionTestUtils.invokeMethod(engine, "fetchTrackedEvents", head, 100);

    // The event that exceeds one mebibyte is the last one.
    assertThat(ofTheNote).hasSize(9);
    assertThat(ofAll).hasSize(9);
    assertThat(
            first
                .getBean(EventStore.class)
                .readEvents(note.toString(), 0)
                .asStream()
                .map(DomainEventMessage::getSequenceNumber))
        .containsExactlyElementsOf(LongStream.range(0, 12).boxed().toList());
    try (BlockingStream<TrackedEventMessage<?>> all = source.openStream(head)) {
      for (long sequence = 0; sequence < 12; sequence++) {
        assertThat(((DomainEventMessage<?>) all.nextAvailable()).getSequenceNumber())
            .isEqualTo(sequence);
      }
    }
  }

  @Test
  void cachesAtMostFourMebibytesOfAggregates() {
    for (int i = 0; i < 25; i++) {
      send(
          first,
          new CreateNote(
              UUID.randomUUID(),
              owner,
              note().titled("Large").content("x".repeat(100_000)).values()));
    }

    Cache<?, ?> kept =
        (Cache<?, ?>) ReflectionTestUtils.getField(first.getBean("cachingNote"), "cache");
    kept.cleanUp();
    assertThat(kept.estimatedSize()).isBetween(1L, 20L);
  }

  private void append(Connection connection, UUID aggregate) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
          insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type,
            time_stamp, payload_type, payload_revision, payload, meta_data)
          select gen_random_uuid()::text, ?, 0, type, time_stamp, payload_type, payload_revision, payload, meta_data
          from events.domain_event_entry where aggregate_identifier = ?
          """)) {
      statement.setString(1, aggregate.toString());
      statement.setString(2, note.toString());
      statement.executeUpdate();
    }
  }

  private static String next(BlockingStream<TrackedEventMessage<?>> stream)
      throws InterruptedException {
    await().until(stream::hasNextAvailable);
    return ((DomainEventMessage<?>) stream.nextAvailable()).getAggregateIdentifier();
  }

  @Test
  void storesTheActorAndTheRequestIdWithAnEvent() {
    Caller caller = new Caller(owner, UUID.randomUUID(), Set.of(Role.USER));
    SecurityContextHolder.getContext()
        .setAuthentication(new TestingAuthenticationToken(caller, null));
    MDC.put(RequestId.KEY, "request-1");
    send(first, create("Title"));

    assertThat(
            text("select meta_data from events.domain_event_entry where aggregate_identifier = ?"))
        .contains("\"actor\":\"" + owner + "\"", "\"correlationId\":\"request-1\"");
  }

  @Test
  void loadsFromASnapshotThatHoldsNothingPersonalInPlainText() {
    send(first, create("Geheimnis 0"));
    for (int i = 1; i <= 100; i++) {
      send(first, update("Geheimnis " + i));
    }
    await()
        .until(
            () ->
                jdbc.sql(
                        "select exists (select from events.snapshot_event_entry where aggregate_identifier = ?)")
                    .param(note.toString())
                    .query(Boolean.class)
                    .single());
    assertThat(
            text("select payload from events.snapshot_event_entry where aggregate_identifier = ?"))
        .contains(owner.toString())
        .doesNotContain("Geheimnis");

    // Without its first events the note can only come from the snapshot.
    jdbc.sql(
            "delete from events.domain_event_entry where aggregate_identifier = ? and sequence_number < 50")
        .param(note.toString())
        .update();
    send(second, new DeleteNote(note, owner, ANY));
    NoteView restored = (NoteView) send(second, new RestoreNote(note, owner, ANY));
    assertThat(restored.values().title()).isEqualTo("Geheimnis 100");
    assertThat(restored.version()).isEqualTo(102);
  }

  @Test
  void storesNothingPersonalOfAnEventInPlainText() {
    send(first, create("Geheimnis"));

    assertThat(text("select payload from events.domain_event_entry where aggregate_identifier = ?"))
        .contains(owner.toString())
        .doesNotContain("Geheimnis", "Inhalt", "Etikett");
  }

  private CreateNote create(String title) {
    return new CreateNote(
        note, owner, note().titled(title).content("Inhalt").tagged("Etikett").values());
  }

  private UpdateNote update(String title) {
    return new UpdateNote(
        note, owner, ANY, note().titled(title).content("Inhalt").tagged("Etikett").values());
  }

  private static Object send(ConfigurableApplicationContext node, Object command) {
    return node.getBean(CommandGateway.class).sendAndWait(command);
  }

  private static Object answerOf(Future<Object> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      return e.getCause() instanceof Refusal refusal ? refusal.problem() : e.getCause();
    }
  }

  private List<Long> sequences() {
    return jdbc.sql(
            """
            select sequence_number from events.domain_event_entry
            where aggregate_identifier = ? order by global_index
            """)
        .param(note.toString())
        .query(Long.class)
        .list();
  }

  private String text(String sql) {
    return new String(
        jdbc.sql(sql).param(note.toString()).query(byte[].class).single(), StandardCharsets.UTF_8);
  }

  private static Runnable once(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        // On this thread it would become part of the unit of work that is open here.
        CompletableFuture.runAsync(action).join();
      }
    };
  }

  record FailAfterTheAppend(CreateNote create) {}

  record Read(UUID note) {}

  record Together(List<Object> commands) {}

  record UpdateOvertaken(UpdateNote update, Runnable meanwhile) {}

  /** Forces the collisions that other handlers meet by chance. */
  static class Chance {

    private final Repository<Note> notes;
    private final ObjectProvider<CommandGateway> commands;

    Chance(Repository<Note> notes, ObjectProvider<CommandGateway> commands) {
      this.notes = notes;
      this.commands = commands;
    }

    @CommandHandler
    void handle(Together command) {
      command.commands().forEach(commands.getObject()::sendAndWait);
    }

    /** Runs an action between the decision and the append. */
    @CommandHandler
    NoteView handle(UpdateOvertaken command) {
      CurrentUnitOfWork.get().onPrepareCommit(unitOfWork -> command.meanwhile().run());
      return notes
          .load(command.update().noteId().toString())
          .invoke(root -> root.decide(command.update()));
    }

    @CommandHandler
    String handle(Read command) {
      return notes.load(command.note().toString()).invoke(root -> root.view().values().title());
    }

    /** Fails after the insert and before the commit. */
    @CommandHandler
    void handle(FailAfterTheAppend command) throws Exception {
      notes.newInstance(Note::new, note -> note.invoke(root -> root.decide(command.create())));
      CurrentUnitOfWork.get()
          .onPrepareCommit(
              unitOfWork -> {
                throw new IllegalStateException("after the append");
              });
    }
  }
}
