package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.eventstore.seal.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The audit log and the past states of aggregates. */
@ExtendWith(Deployment.class)
class AuditIT {

  private static final String EVENTS = "/audit/events";

  /** Copies the first event of an aggregate to another aggregate. */
  private static final String COPY =
      """
      insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number,
        type, time_stamp, payload_type, payload_revision, payload, meta_data)
      select gen_random_uuid()::text, ?, 0, type, time_stamp, payload_type, payload_revision,
        payload, meta_data
      from events.domain_event_entry where aggregate_identifier = ? and sequence_number = 0
      """;

  private final Client auditor;
  private final Client user;
  private final String userId;
  private final Database database;

  AuditIT(Annals annals, Database database) {
    this.database = database;
    auditor = annals.admin();
    user = annals.newUser();
    userId = user.get("/users/me").id();
  }

  @Test
  void showsAllFieldsOfAnEventWithPersonalDataDecrypted() {
    Answer created =
        user.with("X-Request-Id", "audit-1").post("/notes", Kind.NOTE.creation).expect(201);

    JsonNode page = auditor.get(EVENTS + "?aggregateId=" + created.id()).expect(200).json();

    assertThat(page.propertyNames()).containsExactlyInAnyOrder("events", "next");
    assertThat(page.get("next").isNull()).isTrue();
    assertThat(page.get("events")).hasSize(1);
    JsonNode event = page.at("/events/0");
    assertThat(event.propertyNames())
        .containsExactlyInAnyOrder(
            "position",
            "eventId",
            "aggregateType",
            "aggregateId",
            "sequence",
            "type",
            "revision",
            "occurredAt",
            "actor",
            "correlationId",
            "payload");
    assertThat(event.get("aggregateType").asString()).isEqualTo("Note");
    assertThat(event.get("aggregateId").asString()).isEqualTo(created.id());
    assertThat(event.get("sequence").asLong()).isZero();
    assertThat(event.get("type").asString()).isEqualTo("NoteCreated");
    assertThat(event.get("revision").asString()).isEqualTo("1");
    assertThat(event.get("occurredAt")).isEqualTo(created.json().get("createdAt"));
    assertThat(event.get("actor").asString()).isEqualTo(userId);
    assertThat(event.get("correlationId").asString()).isEqualTo("audit-1");
    assertThat(event.get("payload"))
        .isEqualTo(
            Json.parse(
                """
                {"noteId": "%s", "ownerId": "%s",
                 "title": "Plan", "content": "Sow in May", "tags": ["garden", "2027"]}
                """
                    .formatted(created.id(), userId)));
  }

  @Test
  void filtersEvents() {
    String request = "audit-" + UUID.randomUUID();
    Answer note = user.post("/notes", Kind.NOTE.creation).expect(201);
    Answer task = user.with("X-Request-Id", request).post("/tasks", Kind.TASK.creation).expect(201);
    user.ifMatch(0).post("/tasks/" + task.id() + "/start").expect(200);
    String mine = EVENTS + "?actor=" + userId;

    assertThat(types(mine))
        .containsExactly("UserRegistered", "NoteCreated", "TaskCreated", "TaskStarted");
    assertThat(types(mine + "&aggregateType=Task")).containsExactly("TaskCreated", "TaskStarted");
    assertThat(types(mine + "&type=TaskStarted")).containsExactly("TaskStarted");
    assertThat(types(mine + "&type=Started")).isEmpty();
    assertThat(types(EVENTS + "?correlationId=" + request)).containsExactly("TaskCreated");
    assertThat(types(EVENTS + "?aggregateId=" + note.id())).containsExactly("NoteCreated");
    Instant then = Instant.parse(task.text("/createdAt"));
    assertThat(types(mine + "&type=TaskCreated&from=" + then + "&to=" + then))
        .containsExactly("TaskCreated");
    assertThat(types(mine + "&type=TaskCreated&from=" + then.plusMillis(1))).isEmpty();
    assertThat(types(mine + "&type=TaskCreated&to=" + then.minusMillis(1))).isEmpty();
    assertThat(types(EVENTS + "?aggregateId=unknown")).isEmpty();
    auditor
        .get(EVENTS + "?limit=0&after=-1&from=x&to=y")
        .isInvalidAt("?from", "?to", "?after", "?limit");
    auditor.get(EVENTS + "?limit=1001").isInvalidAt("?limit");
  }

  @Test
  void isReadPageByPage() {
    for (int i = 0; i < 5; i++) {
      user.post("/notes", Kind.NOTE.creation).expect(201);
    }
    List<Long> all = positions(auditor.get(EVENTS + "?actor=" + userId).json());
    List<Long> paged = new ArrayList<>();
    JsonNode page;
    String after = "0";
    do {
      page =
          auditor.get(EVENTS + "?limit=2&actor=" + userId + "&after=" + after).expect(200).json();
      paged.addAll(positions(page));
      after = page.get("next").toString();
    } while (!page.get("next").isNull());

    assertThat(paged).hasSize(6).isSorted().isEqualTo(all);
  }

  @Test
  void findsEventsBeforeAndAfterTheLastEntryInPages() {
    Assumptions.assumeTrue(database != null);
    Client traced = user.with("X-Request-Id", "audit-" + UUID.randomUUID());
    Answer note = traced.post("/notes", Kind.NOTE.creation).expect(201);
    seal();
    // More than a page scans.
    database
        .jdbc()
        .sql(
            """
            select max(nextval('events.domain_event_entry_global_index_seq'))
            from generate_series(1, 10000)
            """)
        .query()
        .singleRow();
    traced.post("/tasks", Kind.TASK.creation).expect(201);
    traced.ifMatch(0).put("/notes/" + note.id(), Kind.NOTE.update).expect(200);
    String mine = "?actor=" + userId;
    Map<String, List<String>> found = new LinkedHashMap<>();
    found.put(mine, List.of("UserRegistered", "NoteCreated", "TaskCreated", "NoteUpdated"));
    found.put(
        "?correlationId=" + traced.headers().get("X-Request-Id"),
        List.of("NoteCreated", "TaskCreated", "NoteUpdated"));
    found.put(mine + "&aggregateType=Note", List.of("NoteCreated", "NoteUpdated"));
    found.put(mine + "&type=TaskCreated", List.of("TaskCreated"));
    found.put(
        mine + "&from=" + note.text("/createdAt"),
        List.of("NoteCreated", "TaskCreated", "NoteUpdated"));
    found.put(mine + "&to=" + note.text("/createdAt"), List.of("UserRegistered", "NoteCreated"));
    found.put(mine + "&aggregateId=" + note.id(), List.of("NoteCreated", "NoteUpdated"));

    found.forEach(
        (query, types) -> {
          for (int limit : List.of(1, 2, 100)) {
            assertThat(allTypes(EVENTS + query + "&limit=" + limit)).as(query).isEqualTo(types);
          }
          assertThat(
                  auditor
                      .with("Accept", "application/x-ndjson")
                      .get(EVENTS + query)
                      .expect(200)
                      .text()
                      .lines()
                      .map(line -> Json.parse(line).get("type").asString()))
              .as("export of %s", query)
              .isEqualTo(types);
        });
    // Other tests expect all events in one page.
    seal();
  }

  @Test
  void showsAnEventThatCommitsLate() throws SQLException {
    Assumptions.assumeTrue(database != null);
    long before = lastPosition();
    String late = UUID.randomUUID().toString();
    try (Connection writer =
        DriverManager.getConnection(database.url(), database.user(), database.password())) {
      writer.setAutoCommit(false);
      try (var insert =
          writer.prepareStatement(
              """
              insert into events.domain_event_entry (event_identifier, aggregate_identifier,
                sequence_number, type, time_stamp, payload_type, payload_revision, payload, meta_data)
              values (?, ?, 0, 'User', '2026-01-01T00:00:00.000Z',
                'dev.annals.events.identity.UserEnabled', '1', ?, '{}')
              """)) {
        insert.setString(1, UUID.randomUUID().toString());
        insert.setString(2, late);
        insert.setBytes(3, Json.object("userId", late).getBytes(StandardCharsets.UTF_8));
        insert.executeUpdate();
      }
      String early = user.post("/notes", Kind.NOTE.creation).expect(201).id();
      CompletableFuture<Answer> read =
          CompletableFuture.supplyAsync(
              () -> auditor.get(EVENTS + "?limit=1000&after=" + before).expect(200));
      await().during(Duration.ofMillis(200)).until(() -> !read.isDone());
      writer.commit();

      List<String> aggregates = Json.texts(read.join().json().get("events"), "aggregateId");
      assertThat(aggregates).contains(late);
      if (aggregates.contains(early)) {
        assertThat(aggregates.indexOf(late)).isLessThan(aggregates.indexOf(early));
      }
    }
  }

  @Test
  void answers503WhileAnOpenTransactionDelaysTheOrder() throws SQLException {
    Assumptions.assumeTrue(database != null);
    Answer note = user.post("/notes", Kind.NOTE.creation).expect(201);
    try (Connection writer =
        DriverManager.getConnection(database.url(), database.user(), database.password())) {
      writer.setAutoCommit(false);
      try (var copy = writer.prepareStatement(COPY)) {
        copy.setString(1, UUID.randomUUID().toString());
        copy.setString(2, note.id());
        copy.executeUpdate();
      }
      List<CompletableFuture<Answer>> answers =
          Stream.of("application/json", "application/x-ndjson")
              .map(type -> auditor.with("Accept", type))
              .map(reader -> CompletableFuture.supplyAsync(() -> reader.get(EVENTS)))
              .toList();
      for (CompletableFuture<Answer> answer : answers) {
        answer.join().isProblem(503, "unavailable");
        assertThat(answer.join().header("Retry-After")).hasValue("5");
      }
      writer.rollback();
    }
    auditor.get(EVENTS + "?limit=1").expect(200);
  }

  @Test
  void marksAnUnreadableEventAndShowsTheOthers() {
    Assumptions.assumeTrue(database != null);
    String note = user.post("/notes", Kind.NOTE.creation).expect(201).id();
    Map<String, String> unreadable = new LinkedHashMap<>();
    unreadable.put(
        database.storeCopy(
            note, payload -> payload.replaceFirst("\"title\":\"....", "\"title\":\"AAAA")),
        "Its title cannot be decrypted: altered, or another key.");
    unreadable.put(
        database.storeCopy(note, payload -> payload.substring(0, 40)), "Its payload is not JSON.");
    unreadable.put(database.storeCopy(note, payload -> "[]"), "Its payload is not a JSON object.");
    String last = user.post("/notes", Kind.NOTE.creation).expect(201).id();

    JsonNode page = auditor.get(EVENTS + "?actor=" + userId).expect(200).json().get("events");
    List<JsonNode> lines =
        auditor
            .with("Accept", "application/x-ndjson")
            .get(EVENTS + "?actor=" + userId)
            .expect(200)
            .text()
            .lines()
            .map(Json::parse)
            .toList();

    for (List<JsonNode> events : List.of(page.valueStream().toList(), lines)) {
      assertThat(events).hasSize(6);
      assertThat(events.get(1).at("/payload/title").asString()).isEqualTo("Plan");
      assertThat(events.get(1).has("unreadable")).isFalse();
      List<String> whys = List.copyOf(unreadable.values());
      for (int i = 0; i < 3; i++) {
        assertThat(events.get(2 + i).get("payload").isNull()).isTrue();
        assertThat(events.get(2 + i).get("unreadable").asString()).isEqualTo(whys.get(i));
        assertThat(events.get(2 + i).get("type").asString()).isEqualTo("NoteCreated");
      }
      assertThat(events.get(5).get("aggregateId").asString()).isEqualTo(last);
    }
    assertThat(lines)
        .allSatisfy(
            line ->
                assertThat(
                        StoredEvent.parse(Base64.getDecoder().decode(line.get("stored").asString()))
                            .eventId())
                    .isEqualTo(line.get("eventId").asString()));
    for (String each : unreadable.keySet()) {
      auditor.get("/audit/aggregates/" + each).isProblem(422, "unreadable-event");
      user.get("/notes/" + each + "/history").isProblem(422, "unreadable-event");
      user.get("/notes/" + each + "?version=0").isProblem(422, "unreadable-event");
    }
    user.get("/users/me/export").expect(200);
    Annals.eventually(() -> user.get("/notes/" + last).expect(200));
  }

  @Test
  void exportsTheSealedBytes() {
    Answer note = user.post("/notes", Kind.NOTE.creation).expect(201);
    user.ifMatch(0).put("/notes/" + note.id(), Kind.NOTE.update).expect(200);

    Answer export =
        auditor
            .with("Accept", "application/x-ndjson")
            .get(EVENTS + "?aggregateId=" + note.id())
            .expect(200);

    assertThat(export.header("Content-Type")).hasValue("application/x-ndjson");
    List<JsonNode> lines = export.text().lines().map(Json::parse).toList();
    assertThat(lines)
        .extracting(it -> it.get("type").asString())
        .containsExactly("NoteCreated", "NoteUpdated");
    for (JsonNode line : lines) {
      assertThat(line.at("/payload/title").asString()).isIn("Plan", "New plan");
      byte[] bytes = Base64.getDecoder().decode(line.get("stored").asString());
      StoredEvent stored = StoredEvent.parse(bytes);
      assertThat(stored.position()).isEqualTo(line.get("position").asLong());
      assertThat(stored.eventId()).isEqualTo(line.get("eventId").asString());
      assertThat(new String(stored.payload(), StandardCharsets.UTF_8)).doesNotContain("lan");
    }
    auditor.with("Accept", "application/x-ndjson").get(EVENTS + "?limit=0").isInvalidAt("?limit");
    assertThat(auditor.with("Accept", "*/*").get(EVENTS + "?limit=1").header("Content-Type"))
        .hasValue("application/json");
    auditor.with("Accept", "text/csv").get(EVENTS).isProblem(406, "not-acceptable");
  }

  @Test
  void showsAnAggregateAtAVersion() {
    Answer task = user.post("/tasks", Kind.TASK.creation).expect(201);
    Answer started = user.ifMatch(0).post("/tasks/" + task.id() + "/start").expect(200);
    String path = "/audit/aggregates/" + task.id();

    JsonNode first = auditor.get(path + "?version=0").expect(200).json();
    assertThat(first.get("aggregateType").asString()).isEqualTo("Task");
    assertThat(first.get("aggregateId").asString()).isEqualTo(task.id());
    assertThat(first.get("version").asLong()).isZero();
    assertThat(first.get("occurredAt")).isEqualTo(task.json().get("createdAt"));
    assertThat(first.get("state")).isEqualTo(task.json());
    assertThat(auditor.get(path).expect(200).json().get("state")).isEqualTo(started.json());
    assertThat(auditor.get(path + "?asOf=" + started.text("/updatedAt")).json().get("version"))
        .isEqualTo(Json.parse("1"));
    auditor.get(path + "?version=2").isProblem(404, "not-found");
    auditor.get(path + "?asOf=2020-01-01T00:00:00Z").isProblem(404, "not-found");
    auditor.get(path + "?version=0&asOf=2020-01-01T00:00:00Z").isInvalidAt("?asOf");
    auditor.get("/audit/aggregates/" + UUID.randomUUID()).isProblem(404, "not-found");
    auditor.get("/audit/aggregates/1").isProblem(404, "not-found");
  }

  @Test
  void showsAUserAtAVersion() {
    user.ifMatch(0)
        .put("/users/me", Json.object("displayName", "Bea", "dailySummary", true))
        .expect(200);
    auditor.post("/admin/users/" + userId + "/disable").expect(200);
    String path = "/audit/aggregates/" + userId;

    JsonNode first = auditor.get(path + "?version=0").expect(200).json();
    assertThat(first.get("aggregateType").asString()).isEqualTo("User");
    assertThat(first.at("/state/displayName").asString()).isEqualTo("Ada");
    assertThat(first.at("/state/enabled").asBoolean()).isTrue();
    JsonNode now = auditor.get(path).expect(200).json();
    assertThat(now.get("version").asLong()).isEqualTo(2);
    assertThat(now.at("/state/displayName").asString()).isEqualTo("Bea");
    assertThat(now.at("/state/dailySummary").asBoolean()).isTrue();
    assertThat(now.at("/state/enabled").asBoolean()).isFalse();
    assertThat(now.at("/state/roles")).isEqualTo(Json.parse("[\"USER\"]"));
  }

  /** Seals all events, and waits until they have entries. */
  private void seal() {
    long last = lastPosition();
    auditor.post("/admin/schedules/seal/run").expect(202);
    Annals.eventually(
        () ->
            assertThat(
                    database
                        .jdbc()
                        .sql("select coalesce(max(global_index), 0) from events.audit_entry")
                        .query(Long.class)
                        .single())
                .isGreaterThanOrEqualTo(last));
  }

  private long lastPosition() {
    return database
        .jdbc()
        .sql("select max(global_index) from events.domain_event_entry")
        .query(Long.class)
        .single();
  }

  private List<String> types(String query) {
    return Json.texts(auditor.get(query).expect(200).json().get("events"), "type");
  }

  private List<String> allTypes(String query) {
    List<String> types = new ArrayList<>();
    JsonNode page;
    String after = "0";
    do {
      page = auditor.get(query + "&after=" + after).expect(200).json();
      types.addAll(Json.texts(page.get("events"), "type"));
      after = page.get("next").toString();
    } while (!page.get("next").isNull());
    return types;
  }

  private static List<Long> positions(JsonNode page) {
    return page.get("events").valueStream().map(event -> event.get("position").asLong()).toList();
  }
}
