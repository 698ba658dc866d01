package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.annals.base.security.Role;
import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.task.TaskCompleted;
import dev.annals.eventstore.axon.AuditEntries;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.eventstore.primary.PrimarySearch;
import dev.annals.given.NoteBuilder;
import dev.annals.given.TaskBuilder;
import dev.annals.http.security.TestTokens;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.projection.inbox.InboxQueries;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.replay.Replay;
import dev.annals.projection.replay.Replays;
import dev.annals.projection.write.Erased;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.sql.DataSource;
import org.awaitility.core.ConditionFactory;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.serialization.json.JacksonSerializer;
import org.axonframework.spring.jdbc.SpringDataSourceConnectionProvider;
import org.axonframework.spring.messaging.unitofwork.SpringTransactionManager;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Restores of the event store to an earlier state, and the loss of MongoDB, on a real PostgreSQL.
 */
class RestoreTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final UUID KEPT = new UUID(9, 1);
  private static final UUID GONE = new UUID(9, 2);
  private static final UUID LATER = new UUID(9, 3);
  private static final UUID TASK = new UUID(10, 1);
  private static final Instant NOW = Instant.parse("2026-03-02T10:00:00.000123Z");
  private static final long NOW_IN_MICROS = 1_772_445_600_000_123L;
  private static final String[] KEEP_FOR_A_SECOND = {
    "--annals.notifications.keep-read=1s", "--annals.notifications.keep-unread=1s"
  };
  private static final Set<UUID> ERASED = ConcurrentHashMap.newKeySet();

  private static EmbeddedPostgres postgres;
  private static JdbcClient jdbc;
  private static EventStorageEngine engine;
  private static TransactionTemplate transactions;
  private static PrimarySearch newerPrimary = () -> {};

  private final TestMongo mongo = new TestMongo();
  private final List<ConfigurableApplicationContext> programs = new ArrayList<>();

  @BeforeAll
  static void startPostgres() throws Exception {
    postgres = EmbeddedPostgres.start();
    DataSource database = postgres.getPostgresDatabase();
    jdbc = JdbcClient.create(database);
    ResourceDatabasePopulator schema =
        new ResourceDatabasePopulator(
            new ClassPathResource("db/chassis/V0_1__events.sql"),
            new ClassPathResource("db/chassis/V0_4__audit_entries.sql"));
    schema.setSeparator(ScriptUtils.EOF_STATEMENT_SEPARATOR);
    schema.execute(database);
    DataSourceTransactionManager manager = new DataSourceTransactionManager(database);
    transactions = new TransactionTemplate(manager);
    engine =
        JdbcEventStorageEngine.builder()
            .eventSerializer(JacksonSerializer.defaultSerializer())
            .snapshotSerializer(JacksonSerializer.defaultSerializer())
            .connectionProvider(new SpringDataSourceConnectionProvider(database))
            .transactionManager(new SpringTransactionManager(manager))
            .schema(AxonConfiguration.schema())
            .build();
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("truncate events.domain_event_entry restart identity").update();
    ERASED.clear();
  }

  @AfterEach
  void close() {
    stop();
    jdbc.sql("drop table if exists promoted").update();
    newerPrimary = () -> {};
    mongo.close();
  }

  /** A restore keeps events 1 to 6 and loses 7 to 12. Position 3 stays free. */
  private void appendAll() {
    append(note(KEPT, ANN, 0, "Kept"));
    append(new GenericDomainEventMessage<>("Inbox", inbox(ANN), 0, new AllNotificationsRead(ANN)));
    nextPosition(4);
    DomainEventMessage<?> begun = task(0);
    append(begun);
    DomainEventMessage<?> changed = note(KEPT, ANN, 1, "Changed");
    append(changed);
    append(read(changed, KEPT, 1));
    append(note(KEPT, ANN, 2, "Changed again"));
    append(read(begun, TASK, 0));
    append(task(1));
    append(note(GONE, ANN, 0, "Gone"));
    append(note(new UUID(9, 4), BEN, 0, "Ben's"));
    append(new GenericDomainEventMessage<>("Inbox", inbox(ANN), 1, new AllNotificationsRead(ANN)));
  }

  /** Appends as many events as were lost, so that each position is used again. */
  private void appendOthers() {
    append(note(LATER, ANN, 0, "Later"));
    append(note(KEPT, ANN, 2, "Changed otherwise"));
    append(note(LATER, ANN, 1, "Later"));
    append(note(LATER, ANN, 2, "Later"));
    append(note(LATER, ANN, 3, "Later"));
    append(note(LATER, ANN, 4, "Still later"));
    append(note(LATER, ANN, 5, "Latest"));
  }

  private void assertAllIsRight(ConfigurableApplicationContext program) {
    assertThat(titles(program, "/notes?sort=title,asc"))
        .containsExactly("Changed otherwise", "Latest");
    assertThat(json(get(program, ANN, "/tasks")).at("/content/0/status").asString())
        .isEqualTo("OPEN");
    assertThat(json(get(program, BEN, "/notes")).at("/page/totalElements").asLong()).isZero();
    assertThat(json(get(program, BEN, "/notifications")).at("/page/totalElements").asLong())
        .isZero();
    assertThat(json(get(program, ANN, "/notifications/unread-count")).at("/count").asLong())
        .isEqualTo(8);
    List<JsonNode> inbox = inboxOf(program, ANN);
    assertThat(inbox)
        .extracting(it -> it.at("/resource/id").asString() + it.at("/resource/version").asString())
        .containsExactly(
            KEPT + "0",
            TASK + "0",
            KEPT + "1",
            LATER + "0",
            KEPT + "2",
            LATER + "1",
            LATER + "2",
            LATER + "3",
            LATER + "4",
            LATER + "5");
    assertThat(inbox)
        .extracting(it -> it.at("/read").asBoolean())
        .containsExactly(true, false, true, false, false, false, false, false, false, false);
    // 4 to 6 are the numbers of lost entries.
    assertThat(inbox.stream().map(it -> it.at("/sequence").asLong()).toList())
        .startsWith(1L, 2L, 3L)
        .isSorted();
    assertThat(inbox.get(3).at("/sequence").asLong()).isGreaterThan(6);
    for (String cutOff : List.of("4", "5", "6")) {
      assertThat(get(program, ANN, "/changes?since=" + cutOff).statusCode()).isEqualTo(410);
    }
    assertThat(json(get(program, ANN, "/changes?since=3")).at("/changes"))
        .extracting(it -> it.at("/id").asString() + it.at("/version").asString())
        .containsExactly(KEPT + "2", LATER + "5");
    assertThat(get(program, BEN, "/changes?since=1").statusCode()).isEqualTo(410);
    assertThat(get(program, BEN, "/changes").body())
        .isEqualTo("{\"changes\":[],\"next\":0,\"more\":false}");
  }

  @Test
  void removesEverythingOfLostEventsThoughTheirPositionsAreUsedAgain() {
    start();
    appendAll();
    MongoCollection<Document> letters = mongo.database().getCollection("dead-letters");
    append(note(new UUID(9, 5), ANN, 1, "Without a beginning"));
    eventually().until(() -> letters.countDocuments() == 2);
    caughtUp(13);
    assertThat(inboxOf(programs.get(0), ANN)).hasSize(6);
    stop();
    restoreTo(6);
    appendOthers();

    ConfigurableApplicationContext first = start();
    HttpResponse<String> refused = get(first, ANN, "/notes");
    HttpResponse<String> changes = get(first, ANN, "/changes");
    ConfigurableApplicationContext second = start();

    assertThat(changes.statusCode()).isEqualTo(503);
    assertThat(changes.body()).contains("urn:problem:read-model-behind");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).contains("1");
    assertThat(json(refused).at("/type").asString()).isEqualTo("urn:problem:read-model-behind");
    assertThat(json(refused).at("/detail").asString())
        .isEqualTo(
            "The events were restored to an earlier state, and the read model is being repaired.");
    eventually().until(() -> isRight(first) && isRight(second));
    assertThat(letters.countDocuments(Filters.ne("processor", "notes"))).isZero();
    caughtUp(13);
    assertAllIsRight(first);
    assertAllIsRight(second);
    assertThat(restored(first, "notes") + restored(second, "notes")).isPositive();
    assertThat(restored(first, "notifications")).isEqualTo(1);
    eventually().until(() -> !collections().contains("notes"));
    assertThat(collections()).contains("notes-2");
    append(note(LATER, ANN, 6, "Last"));
    caughtUp(14);
    assertThat(titles(first, "/notes?sort=title,asc")).containsExactly("Changed otherwise", "Last");
    assertThat(foreign()).isZero();
  }

  @Test
  void continuesAResourceAfterARestoreThoughItsEntriesWereRemoved() {
    ConfigurableApplicationContext before = start(KEEP_FOR_A_SECOND);
    append(old(note(KEPT, ANN, 0, "Kept")));
    append(old(note(KEPT, ANN, 1, "Changed")));
    append(old(note(GONE, ANN, 0, "Gone")));
    append(old(note(KEPT, ANN, 2, "Lost")));
    append(old(note(LATER, BEN, 0, "Ben's")));
    caughtUp(5);
    MongoCollection<Document> entries = mongo.database().getCollection("notifications");
    eventually().until(() -> entries.countDocuments() == 3);
    assertThat(inboxOf(before, ANN)).isEmpty();
    stop();
    restoreTo(2);

    ConfigurableApplicationContext program = start(KEEP_FOR_A_SECOND);
    eventually().until(() -> isRight(program));
    append(new GenericDomainEventMessage<>("Note", KEPT.toString(), 2, new NoteDeleted(KEPT, ANN)));
    caughtUp(3);

    // The numbers up to 4 were given, 5 is skipped, and 6 is that of the hidden entry before.
    assertThat(inboxOf(program, ANN))
        .extracting(
            it -> it.at("/sequence").asLong(),
            it -> it.at("/type").asString(),
            it -> it.at("/resource/version").asLong(),
            it -> it.at("/resource/title").asString())
        .containsExactly(tuple(7L, "NoteDeleted", 2L, "Changed"));
    assertThat(mongo.database().getCollection("dead-letters").countDocuments()).isZero();
    InboxQueries inbox = program.getBean(InboxQueries.class);
    assertThat(IntStream.of(0, 1, 2, 3, 4, 6, 7, 8).filter(it -> inbox.isCutOff(ANN, it)))
        .containsExactly(1, 2, 3, 4, 8);
    assertThat(IntStream.of(0, 1, 2, 3, 4, 5, 7, 8).filter(it -> inbox.isGone(ANN, it)))
        .containsExactly(0, 1, 2, 3, 4, 5, 8);
  }

  /** Returns an event whose notification is over with {@link #KEEP_FOR_A_SECOND}. */
  private static DomainEventMessage<?> old(DomainEventMessage<?> event) {
    return new GenericDomainEventMessage<>(
        event.getType(),
        event.getAggregateIdentifier(),
        event.getSequenceNumber(),
        event,
        NOW.minusSeconds(60));
  }

  @Test
  void doesNotTakeAFormerPrimaryForARestore() {
    start();
    append(note(KEPT, ANN, 0, "Kept"));
    append(note(LATER, ANN, 0, "Later"));
    caughtUp(2);
    stop();
    jdbc.sql("create table promoted as select * from events.domain_event_entry").update();
    jdbc.sql("delete from events.domain_event_entry where global_index = 2").update();
    newerPrimary =
        () ->
            jdbc.sql(
                    """
                    insert into events.domain_event_entry overriding system value
                    select * from promoted on conflict do nothing
                    """)
                .update();

    ConfigurableApplicationContext program = start();

    assertThat(titles(program, "/notes?sort=title,asc")).containsExactly("Kept", "Later");
    append(note(KEPT, ANN, 1, "Kept on"));
    caughtUp(3);
    assertThat(foreign()).isZero();
    assertThat(restored(program, "notes") + restored(program, "notifications")).isZero();
  }

  @Test
  void doesNotTakeALateCommitForARestore() {
    ConfigurableApplicationContext before = start();
    append(note(KEPT, ANN, 0, "Kept"));
    transactions.executeWithoutResult(
        status -> {
          append(note(LATER, ANN, 0, "Late"));
          CompletableFuture.runAsync(() -> append(note(GONE, ANN, 0, "Before it"))).join();
          caughtUp(3);
        });
    eventually().until(() -> inboxOf(before, ANN).size() == 3);
    stop();

    ConfigurableApplicationContext program = start();

    eventually()
        .untilAsserted(
            () ->
                assertThat(titles(program, "/notes?sort=title,asc"))
                    .containsExactly("Before it", "Kept", "Late"));
    assertThat(inboxOf(program, ANN)).hasSize(3);
  }

  @Test
  @Tag("long")
  void noticesARestoreWhileTheProgramRuns() {
    ConfigurableApplicationContext first = start();
    ConfigurableApplicationContext second = start();
    appendAll();
    caughtUp(12);

    restoreTo(6);
    eventually().until(() -> get(first, ANN, "/notes").statusCode() == 503);
    eventually().until(() -> isRight(first) && isRight(second));
    appendOthers();

    caughtUp(13);
    assertAllIsRight(first);
    assertAllIsRight(second);
  }

  @Test
  @Tag("long")
  void acceptsATokenWithoutAnEventUpToTheLastPosition() {
    start();
    appendAll();
    caughtUp(12);
    stop();
    tokens().updateMany(new Document(), Updates.unset("event"));

    start();

    assertThat(get(programs.get(0), ANN, "/notes").statusCode()).isEqualTo(200);
    append(note(LATER, ANN, 0, "Later"));
    caughtUp(13);
    eventually().until(() -> tokens().countDocuments(Filters.exists("event")) == 12);
    String last =
        jdbc.sql("select event_identifier from events.domain_event_entry where global_index = 13")
            .query(String.class)
            .single();
    assertThat(tokens().distinct("event.identifier", String.class)).containsExactly(last);
    assertThat(collections()).contains("notes").doesNotContain("notes-2");
    stop();
    tokens().updateMany(new Document(), Updates.unset("event"));
    restoreTo(6);

    ConfigurableApplicationContext program = start();

    assertThat(get(program, ANN, "/notes").statusCode()).isEqualTo(503);
    eventually().until(() -> isRight(program));
    appendOthers();
    caughtUp(13);
    assertThat(titles(program, "/notes?sort=title,asc"))
        .containsExactly("Changed otherwise", "Latest");
    assertThat(inboxOf(program, ANN)).hasSize(10);
  }

  @Test
  @Tag("long")
  void repeatsAnInterruptedCut() {
    start();
    appendAll();
    caughtUp(12);
    stop();
    restoreTo(6);
    appendOthers();
    ConfigurableApplicationContext program = start();
    eventually().until(() -> isRight(program));
    caughtUp(13);
    stop();
    // As after a crash in the middle of the cut, with half of the tokens reset.
    tokens().updateMany(Filters.eq("processorName", "notifications"), Updates.set("foreign", true));
    tokens()
        .updateMany(
            Filters.and(Filters.eq("processorName", "notifications"), Filters.lt("segment", 2)),
            Updates.combine(Updates.unset("token"), Updates.unset("tokenType")));

    ConfigurableApplicationContext next = start();

    assertThat(get(next, ANN, "/notifications").statusCode()).isEqualTo(503);
    eventually().until(() -> isRight(next));
    caughtUp(13);
    assertAllIsRight(next);
  }

  @Test
  @Tag("long")
  void showsEverythingAgainOfAUserWhoseErasureIsUndone() {
    ConfigurableApplicationContext before = start();
    append(note(KEPT, ANN, 0, "Kept"));
    append(note(LATER, BEN, 0, "Ben's"));
    caughtUp(2);
    assertThat(inboxOf(before, ANN)).hasSize(1);
    ERASED.add(ANN);
    append(new GenericDomainEventMessage<>("User", ANN.toString(), 0, new UserErased(ANN)));
    caughtUp(3);
    assertThat(inboxOf(before, ANN)).isEmpty();
    stop();
    restoreTo(2);
    ERASED.clear();
    append(note(LATER, BEN, 1, "Changed"));

    ConfigurableApplicationContext program = start();

    eventually().until(() -> isRight(program));
    caughtUp(3);
    assertThat(titles(program, "/notes")).containsExactly("Kept");
    List<JsonNode> inbox = inboxOf(program, ANN);
    assertThat(inbox).hasSize(1);
    assertThat(inbox.get(0).at("/sequence").asLong()).isEqualTo(NOW_IN_MICROS + 1);
    assertThat(inboxOf(program, BEN))
        .extracting(it -> it.at("/sequence").asLong())
        .containsExactly(1L, 2L);
  }

  @Test
  @Tag("long")
  void restartsAndFinishesAReplayThatWasRunning() {
    ConfigurableApplicationContext before = start();
    appendAll();
    caughtUp(12);
    Replay replay = before.getBean(Replays.class).start("notes");
    eventually()
        .until(
            () ->
                tokens()
                        .countDocuments(
                            Filters.and(
                                Filters.eq("processorName", "notes-2"), Filters.exists("event")))
                    == 4);
    stop();
    assertThat(state(replay)).isEqualTo("RUNNING");
    restoreTo(6);
    appendOthers();

    ConfigurableApplicationContext program = start();

    eventually().until(() -> isRight(program));
    eventually().until(() -> state(replay).equals("DONE"));
    caughtUp(13);
    assertAllIsRight(program);
    eventually().until(() -> !collections().contains("notes-2"));
    assertThat(collections()).contains("notes-3");
  }

  @Test
  void rebuildsALostMongoDbWithNumbersAboveAllUsedOnes() {
    start();
    appendAll();
    caughtUp(12);
    assertThat(inboxOf(programs.get(0), ANN))
        .extracting(it -> it.at("/sequence").asLong())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    stop();
    mongo.database().drop();

    ConfigurableApplicationContext program = start();

    caughtUp(12);
    assertThat(titles(program, "/notes?sort=title,asc")).containsExactly("Changed again", "Gone");
    assertThat(inboxOf(program, ANN))
        .extracting(it -> it.at("/sequence").asLong())
        .containsExactly(
            NOW_IN_MICROS + 1,
            NOW_IN_MICROS + 2,
            NOW_IN_MICROS + 3,
            NOW_IN_MICROS + 4,
            NOW_IN_MICROS + 5,
            NOW_IN_MICROS + 6);
    for (UUID user : List.of(ANN, new UUID(1, 3))) {
      assertThat(get(program, user, "/changes?since=6").statusCode()).isEqualTo(410);
    }
    assertThat(json(get(program, ANN, "/notifications/unread-count")).at("/count").asLong())
        .isZero();
  }

  private static void append(DomainEventMessage<?> event) {
    UUID actor = event.getPayload() instanceof NoteCreated note ? note.ownerId() : ANN;
    engine.appendEvents(event.andMetaData(Map.of("actor", actor.toString())));
  }

  private static DomainEventMessage<?> note(UUID note, UUID owner, long version, String title) {
    return new GenericDomainEventMessage<>(
        "Note",
        note.toString(),
        version,
        version == 0
            ? NoteBuilder.note().titled(title).created(note, owner)
            : NoteBuilder.note().titled(title).updated(note, owner));
  }

  private static DomainEventMessage<?> task(long version) {
    return new GenericDomainEventMessage<>(
        "Task",
        TASK.toString(),
        version,
        version == 0
            ? TaskBuilder.task().titled("Do").created(TASK, ANN)
            : new TaskCompleted(TASK, ANN));
  }

  private static DomainEventMessage<?> read(
      DomainEventMessage<?> event, UUID resource, long version) {
    UUID id = UUID.fromString(event.getIdentifier());
    return new GenericDomainEventMessage<>(
        "Notification",
        NameBasedUuids.of("notification", id.toString()).toString(),
        0,
        new NotificationRead(id, ANN, resource, version));
  }

  private static String inbox(UUID user) {
    return NameBasedUuids.of("inbox", user.toString()).toString();
  }

  private static void restoreTo(long position) {
    jdbc.sql("delete from events.domain_event_entry where global_index > ?")
        .param(position)
        .update();
    nextPosition(position + 1);
  }

  private static void nextPosition(long position) {
    jdbc.sql(
            "alter table events.domain_event_entry alter column global_index restart with "
                + position)
        .update();
  }

  /** Waits until all generations that are not dropped have read the event at a position. */
  private void caughtUp(long position) {
    String last =
        jdbc.sql("select event_identifier from events.domain_event_entry where global_index = ?")
            .param(position)
            .query(String.class)
            .single();
    eventually()
        .until(
            () -> {
              Map<String, Integer> there = new HashMap<>();
              tokens()
                  .find(Filters.eq("event.identifier", last))
                  .forEach(it -> there.merge(it.getString("processorName"), 1, Integer::sum));
              Set<String> all = new HashSet<>();
              tokens()
                  .distinct("processorName", Filters.exists("memberOf", false), String.class)
                  .into(all);
              return all.size() >= 3
                  && all.stream().allMatch(it -> there.getOrDefault(it, 0) == 4)
                  && foreign() == 0;
            });
  }

  private static boolean isRight(ConfigurableApplicationContext program) {
    return List.of("/notes", "/tasks", "/notifications").stream()
        .allMatch(list -> get(program, ANN, list).statusCode() == 200);
  }

  private MongoCollection<Document> tokens() {
    return mongo.database().getCollection("tokens");
  }

  private long foreign() {
    return tokens().countDocuments(Filters.eq("foreign", true));
  }

  private List<String> collections() {
    return mongo.database().listCollectionNames().into(new ArrayList<>());
  }

  private String state(Replay replay) {
    return mongo
        .database()
        .getCollection("replays")
        .find(Filters.eq("_id", replay.id()))
        .first()
        .getString("state");
  }

  private static double restored(ConfigurableApplicationContext program, String processor) {
    return program
        .getBean(io.micrometer.core.instrument.MeterRegistry.class)
        .counter("annals.processor.restored", "processor", processor)
        .count();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(50));
  }

  private static List<JsonNode> inboxOf(ConfigurableApplicationContext program, UUID user) {
    return content(program, user, "/notifications?after=0&size=100");
  }

  private static List<String> titles(ConfigurableApplicationContext program, String list) {
    return content(program, ANN, list).stream().map(it -> it.at("/title").asString()).toList();
  }

  private static List<JsonNode> content(
      ConfigurableApplicationContext program, UUID user, String list) {
    HttpResponse<String> answer = get(program, user, list);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return StreamSupport.stream(json(answer).at("/content").spliterator(), false).toList();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static HttpResponse<String> get(
      ConfigurableApplicationContext program, UUID user, String path) {
    String port = program.getEnvironment().getProperty("local.server.port");
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .header("Authorization", "Bearer " + TestTokens.of(user, Role.USER))
              .build(),
          HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void stop() {
    programs.forEach(ConfigurableApplicationContext::close);
    programs.clear();
  }

  private ConfigurableApplicationContext start(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--management.server.port=-1",
                "--spring.main.allow-bean-definition-overriding=true",
                "--spring.mongodb.uri=" + TestMongo.uri(),
                "--spring.mongodb.database=" + mongo.name(),
                "--annals.read-model.step=900ms",
                "--annals.read-model.node=" + programs.size(),
                "--annals.read-model.guarded=" + TestMongo.real()));
    arguments.addAll(List.of(more));
    ConfigurableApplicationContext program =
        new SpringApplicationBuilder(QueryProgram.class)
            .sources(OnPostgres.class)
            .run(arguments.toArray(String[]::new));
    programs.add(program);
    // A first start without events marks the inbox as new.
    eventually()
        .until(
            () ->
                tokens().distinct("processorName", String.class).into(new HashSet<>()).size() >= 3);
    return program;
  }

  /** The events of the test, in PostgreSQL. */
  @Import(StoredEvents.class)
  static class OnPostgres {

    @Bean
    @Primary
    JdbcClient eventDatabase() {
      return jdbc;
    }

    @Bean
    AuditEntries auditEntries() {
      return new AuditEntries(postgres.getPostgresDatabase());
    }

    @Bean
    @Primary
    PrimarySearch searchOfTheTest() {
      return () -> newerPrimary.run();
    }

    @Bean
    EventStorageEngine sharedEngine() {
      return engine;
    }

    @Bean("eventBus")
    @Qualifier("eventStore")
    EmbeddedEventStore eventStore() {
      return EmbeddedEventStore.builder()
          .storageEngine(engine)
          .optimizeEventConsumption(false)
          .build();
    }

    @Bean
    @Primary
    Erased erased() {
      return users -> {
        Set<UUID> erased = new HashSet<>(users);
        erased.retainAll(ERASED);
        return erased;
      };
    }

    @Bean
    @Primary
    Clock fixedClock() {
      return Clock.fixed(NOW, ZoneOffset.UTC);
    }
  }
}
