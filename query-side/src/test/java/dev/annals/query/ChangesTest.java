package dev.annals.query;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Updates.inc;
import static com.mongodb.client.model.Updates.set;
import static dev.annals.given.NoteBuilder.note;
import static dev.annals.given.TaskBuilder.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.api.ChangeKind;
import dev.annals.base.security.Role;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskDeleted;
import dev.annals.events.task.TaskRestored;
import dev.annals.http.security.Caller;
import dev.annals.http.security.TestTokens;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.Paging;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.replay.Replay;
import dev.annals.projection.replay.Replays;
import dev.annals.query.note.NoteDocument;
import dev.annals.query.task.TaskDocument;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.serialization.SerializationException;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The changes since a cursor, from stored events. Each test has its own user. */
@SpringBootTest(
    classes = ChangesTest.Program.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"management.server.port=-1", "annals.read-model.step=300ms"})
class ChangesTest {

  private static final String NOTHING = "{\"changes\":[],\"next\":%d,\"more\":false}";
  private static final Queue<String> COMMANDS = new ConcurrentLinkedQueue<>();

  private static final Object APPENDING = new Object();

  private static TestMongo mongo;
  private static volatile Runnable beforeCommand = () -> {};

  @LocalServerPort private int port;
  @Autowired private EventStorageEngine engine;
  @Autowired private DeadLetters letters;
  @Autowired private Replays replays;
  @Autowired private ReadModel<NoteDocument> notes;
  @Autowired private ReadModel<TaskDocument> tasks;

  private final HttpClient client = HttpClient.newHttpClient();

  @Import(QueryProgram.class)
  static class Program {

    /** Records the commands of requests. */
    @Bean
    MongoClientSettingsBuilderCustomizer recorder() {
      return settings ->
          settings.addCommandListener(
              new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                  if (Caller.current().isPresent()) {
                    String name = event.getCommandName();
                    COMMANDS.add(name + " " + event.getCommand().getString(name).getValue());
                    beforeCommand.run();
                  }
                }
              });
    }
  }

  @AfterAll
  static void close() {
    mongo.close();
  }

  @Test
  void listsEachItemOnceWithItsNewestStateInTheOrderOfItsNewestChange() {
    UUID user = new UUID(1, 1);
    storeFiveChanges(user);

    HttpResponse<String> answer = get(user, "/changes");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(json(answer.body()))
        .isEqualTo(
            json(
                """
                {"changes": [
                   {"kind": "task", "id": "00000000-0000-0001-0000-000000000003", "version": 0,
                    "deleted": false,
                    "resource":
                      {"id": "00000000-0000-0001-0000-000000000003", "title": "Do",
                       "description": "", "status": "OPEN", "priority": "NORMAL", "dueAt": null,
                       "estimate": null, "overdue": false, "tags": [], "attachments": [],
                       "version": 0, "createdAt": "2026-03-01T10:00:00.123Z",
                       "updatedAt": "2026-03-01T10:00:00.123Z", "completedAt": null}},
                   {"kind": "note", "id": "00000000-0000-0001-0000-000000000001", "version": 1,
                    "deleted": false,
                    "resource":
                      {"id": "00000000-0000-0001-0000-000000000001", "title": "Plan B",
                       "content": "", "tags": [], "version": 1,
                       "createdAt": "2026-03-01T10:00:00.123Z",
                       "updatedAt": "2026-03-01T10:00:01.123Z"}},
                   {"kind": "note", "id": "00000000-0000-0001-0000-000000000002", "version": 1,
                    "deleted": true, "resource": null}],
                 "next": 5, "more": false}
                """));
    for (String path :
        List.of("/notes/00000000-0000-0001-0000-000000000001", "/tasks/" + id(user, 3))) {
      assertThat(json(answer.body()).get("changes").findValues("resource"))
          .contains(json(get(user, path).body()));
    }
    assertThat(answer.headers().firstValue("Cache-Control"))
        .contains("no-cache, no-store, max-age=0, must-revalidate");
    assertThat(answer.headers().firstValue("ETag")).isEmpty();
    assertThat(get(new UUID(1, 99), "/changes").body()).isEqualTo(NOTHING.formatted(0));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 3 1 2, 5, false",
    "since=0, 3 1 2, 5, false",
    "since=1&limit=3, 3 1 2, 5, false",
    "since=2&limit=500, 3 1 2, 5, false",
    "limit=1, 3, 3, true",
    "limit=2, 3 1, 4, true",
    "since=3&limit=1, 1, 4, true",
    "since=3&limit=2, 1 2, 5, false",
    "since=4&limit=1, 2, 5, false",
    "since=4&unknown=x, 2, 5, false",
    "since=5, '', 5, false"
  })
  void beginsAfterTheCursorAndEndsAtTheLimit(String query, String items, long next, boolean more) {
    UUID user = new UUID(1, 2);
    storeFiveChanges(user);

    JsonNode page = page(user, query);

    assertThat(numbers(page)).isEqualTo(items);
    assertThat(page.get("next").asLong()).isEqualTo(next);
    assertThat(page.get("more").asBoolean()).isEqualTo(more);
  }

  @ParameterizedTest
  @CsvSource({
    "since=-1, ?since",
    "since=, ?since",
    "since=x, ?since",
    "since=1.5, ?since",
    "since=1&since=2, ?since",
    "since=99999999999999999999, ?since",
    "since=9223372036854775807, ?since",
    "since=6, ?since",
    "limit=0, ?limit",
    "limit=501, ?limit",
    "limit=x, ?limit",
    "since=x&limit=0, ?since ?limit"
  })
  void refusesACursorThatIsNoNumberOrBeyondTheNewestAndALimitOutOfRange(
      String query, String pointers) {
    UUID user = new UUID(1, 3);
    storeFiveChanges(user);

    HttpResponse<String> refused = get(user, "/changes?" + query);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(json(refused.body()).get("type").asString()).isEqualTo("urn:problem:validation");
    assertThat(
            json(refused.body())
                .get("errors")
                .valueStream()
                .map(it -> it.get("pointer").asString()))
        .containsExactly(pointers.split(" "));
  }

  @Test
  void refusesACursorWhoseEntryWasCutOffWith410() {
    UUID user = new UUID(1, 4);
    storeFiveChanges(user);
    collection("notifications").deleteMany(in("_id", id(user, 1) + "/1", id(user, 2) + "/1"));
    collection("inboxes").updateOne(eq("_id", user.toString()), inc("last", 1L));

    HttpResponse<String> refused = get(user, "/changes?since=5");

    assertThat(refused.statusCode()).isEqualTo(410);
    assertThat(json(refused.body()))
        .isEqualTo(
            json(
                """
                {"type": "urn:problem:cursor-gone",
                 "title": "The cursor is from a part that was cut off", "status": 410,
                 "detail":
                   "The events were restored to a state before this sequence. Begin without since.",
                 "instance": "/changes"}
                """));
    assertThat(numbers(page(user, "since=3"))).isEmpty();
    assertThat(numbers(page(user, "since=2"))).isEqualTo("3");
  }

  @Test
  void waitsForNoChange() {
    String never = TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, new UUID(9, 9), 0));

    assertThat(get(new UUID(1, 5), "/changes", ConsistencyToken.HEADER, never).body())
        .isEqualTo(NOTHING.formatted(0));
  }

  @Test
  void endsBeforeAChangeThatTheModelDoesNotShowYet() {
    UUID user = new UUID(1, 6);
    storeFiveChanges(user);
    MongoCollection<Document> shown = collection(notes.generation());

    shown.updateOne(eq("_id", id(user, 1).toString()), set("lastSequence", 0L));
    JsonNode first = page(user, "");
    assertThat(numbers(first)).isEqualTo("3");
    assertThat(first.get("next").asLong()).isEqualTo(3);
    assertThat(first.get("more").asBoolean()).isTrue();
    assertThat(page(user, "since=3"))
        .isEqualTo(json("{\"changes\": [], \"next\": 3, \"more\": true}"));
    shown.updateOne(eq("_id", id(user, 1).toString()), set("lastSequence", 1L));
    assertThat(numbers(page(user, "since=3"))).isEqualTo("1 2");

    shown.updateOne(eq("_id", id(user, 2).toString()), set("lastSequence", 0L));
    assertThat(numbers(page(user, ""))).isEqualTo("3 1");
    assertThat(page(user, "since=4").get("next").asLong()).isEqualTo(4);

    collection(tasks.generation()).deleteOne(eq("_id", id(user, 3).toString()));
    JsonNode passed = page(user, "");
    assertThat(numbers(passed)).isEmpty();
    assertThat(passed.get("next").asLong()).as("passes what is superseded").isEqualTo(2);
    assertThat(passed.get("more").asBoolean()).isTrue();
  }

  @Test
  void showsAStateThatTheInboxDoesNotHaveYet() {
    UUID user = new UUID(1, 7);
    storeFiveChanges(user);
    collection("notifications").deleteMany(in("_id", id(user, 1) + "/1", id(user, 2) + "/1"));

    JsonNode page = page(user, "");

    assertThat(numbers(page)).isEqualTo("1 2 3");
    assertThat(page.get("changes").valueStream().map(it -> it.get("version").asLong()))
        .containsExactly(1L, 1L, 0L);
    assertThat(page.at("/changes/1/deleted").asBoolean()).isTrue();
    assertThat(page.get("next").asLong()).isEqualTo(3);
    assertThat(page.get("more").asBoolean()).isFalse();
  }

  /** An unread notification is kept for longer than a later one that was read. */
  @Test
  void passesAnEntryThatALaterOneSupersedesThoughTheNextOneIsRemoved() {
    UUID user = new UUID(1, 16);
    Stream changed =
        Stream.of(
            note().created(id(user, 1), user),
            note().updated(id(user, 1), user),
            note().updated(id(user, 1), user));
    append(changed.message(0));
    append(Stream.of(note().created(id(user, 2), user)).message(0));
    append(changed.message(1));
    append(changed.message(2));
    settled(user, 4);
    collection("notifications").deleteOne(eq("_id", id(user, 1) + "/1"));

    assertThat(numbers(page(user, "limit=1"))).isEqualTo("2");
    assertThat(numbers(page(user, "since=2"))).isEqualTo("1");
  }

  @Test
  void includesEntriesThatListsHide() {
    UUID user = new UUID(1, 8);
    storeFiveChanges(user);
    for (Document entry :
        collection("notifications").find(eq("owner", user.toString())).into(new ArrayList<>())) {
      collection("notifications")
          .updateOne(
              eq("_id", entry.getString("_id")), set("sequence", -entry.getLong("sequence")));
    }

    assertThat(numbers(page(user, ""))).isEqualTo("3 1 2");
    assertThat(numbers(page(user, "since=3"))).isEqualTo("1 2");
  }

  @Test
  void endsWithoutMoreAtADeadLetterAndPassesAnAbandonedItem() {
    UUID user = new UUID(1, 9);
    append(new Poison(id(user, 1), 0, note().titled("Never").created(id(user, 1), user)));
    append(Stream.of(note().titled("Second").created(id(user, 2), user)).message(0));
    append(new Poison(id(user, 2), 1, new NoteDeleted(id(user, 2), user)));
    append(Stream.of(note().titled("Third").created(id(user, 3), user)).message(0));
    await()
        .until(() -> collection("notifications").countDocuments(eq("owner", user.toString())) == 4);
    await().until(() -> letters.count("notes") == 2);

    assertThat(get(user, "/changes").body()).isEqualTo(NOTHING.formatted(0));

    skip(id(user, 1));
    await()
        .until(() -> numbers(page(user, "")).isEmpty() && page(user, "").get("next").asLong() == 2);
    assertThat(get(user, "/changes").body()).isEqualTo(NOTHING.formatted(2));

    skip(id(user, 2));
    await().until(() -> !numbers(page(user, "")).isEmpty());
    JsonNode page = page(user, "");
    assertThat(numbers(page)).isEqualTo("2 3");
    assertThat(page.at("/changes/0/version").asLong()).isEqualTo(1);
    assertThat(page.at("/changes/0/resource/title").asString()).isEqualTo("Second");
    assertThat(page.get("next").asLong()).isEqualTo(4);
  }

  private void skip(UUID note) {
    letters.page(List.of("notes"), new Paging(0, 100)).content().stream()
        .filter(letter -> letter.aggregateId().equals(note.toString()))
        .map(DeadLetter::letter)
        .map(UUID::fromString)
        .forEach(letters::skip);
  }

  @Test
  void hasAtMostOneMebibyteUnlessThePageIsOneChange() {
    UUID user = new UUID(1, 10);
    for (int i = 1; i <= 14; i++) {
      String content = i == 13 ? "\u0001".repeat(200_000) : "y".repeat(100_000);
      append(Stream.of(note().content(content).created(id(user, i), user)).message(0));
    }
    settled(user, 14);

    HttpResponse<String> first = get(user, "/changes");
    JsonNode page = json(first.body());

    assertThat(first.body().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(1 << 20);
    assertThat(numbers(page)).isEqualTo("1 2 3 4 5 6 7 8 9 10");
    assertThat(page.get("next").asLong()).isEqualTo(10);
    assertThat(page.get("more").asBoolean()).isTrue();
    assertThat(numbers(page(user, "since=10"))).isEqualTo("11 12");
    assertThat(page(user, "since=10").get("next").asLong()).isEqualTo(12);
    assertThat(numbers(page(user, "since=12"))).isEqualTo("13");
    assertThat(page(user, "since=12").get("more").asBoolean()).isTrue();
    assertThat(numbers(page(user, "since=13"))).isEqualTo("14");
    assertThat(page(user, "since=13").get("more").asBoolean()).isFalse();
  }

  @Test
  void refusesTheSeventeenthLargePageOfAUserAtATimeAndNoSmallOne() throws Exception {
    UUID user = new UUID(1, 14);
    // More than the buffers of a connection hold.
    String content = "\u0001".repeat(1_000_000);
    append(Stream.of(note().content(content).created(id(user, 1), user)).message(0));
    append(Stream.of(note().created(id(user, 2), user)).message(0));
    settled(user, 2);
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress("localhost", port));
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                "GET /changes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(TestTokens.of(user, Role.USER))
                    .getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      }

      HttpResponse<String> refused = get(user, "/changes");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("1");
      assertThat(numbers(page(user, "since=1"))).isEqualTo("2");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().until(() -> get(user, "/changes").statusCode() == 200);
  }

  @Test
  void passesTenThousandSupersededEntriesInACall() {
    UUID user = new UUID(1, 11);
    append(Stream.of(note().created(id(user, 1), user)).message(0));
    settled(user, 1);
    storeMore(user, 1, IntStream.rangeClosed(1, 10_600).boxed().toList());

    JsonNode first = page(user, "");
    JsonNode second = page(user, "since=" + first.get("next").asLong());

    assertThat(first).isEqualTo(json("{\"changes\": [], \"next\": 10000, \"more\": true}"));
    assertThat(numbers(second)).isEqualTo("1");
    assertThat(second.at("/changes/0/version").asLong()).isEqualTo(10_600);
    assertThat(second.get("next").asLong()).isEqualTo(10_601);
    assertThat(second.get("more").asBoolean()).isFalse();
  }

  @Test
  void listsAnItemOnceThatChangesWhileAPageIsRead() {
    UUID user = new UUID(1, 15);
    append(Stream.of(note().created(id(user, 1), user)).message(0));
    append(Stream.of(note().created(id(user, 2), user)).message(0));
    settled(user, 2);
    storeMore(user, 2, IntStream.rangeClosed(1, 600).boxed().toList());
    COMMANDS.clear();
    beforeCommand =
        () -> {
          // The first 500 entries have been read by three commands.
          if (COMMANDS.stream().filter("find notifications"::equals).count() == 4) {
            beforeCommand = () -> {};
            storeMore(user, 1, List.of(1));
          }
        };

    JsonNode page = page(user, "");

    assertThat(numbers(page)).isEqualTo("2 1");
    assertThat(page.at("/changes/1/version").asLong()).isEqualTo(1);
    assertThat(page.get("next").asLong()).isEqualTo(603);
    assertThat(page.get("more").asBoolean()).isFalse();
  }

  /** Stores entries of further versions of a note, as if its events had come. */
  private static void storeMore(UUID user, int number, List<Integer> versions) {
    String note = id(user, number).toString();
    long last = collection("inboxes").find(eq("_id", user.toString())).first().getLong("last");
    List<Document> entries = new ArrayList<>();
    for (int version : versions) {
      entries.add(
          new Document("_id", note + "/" + version)
              .append("eventId", new UUID(number, version).toString())
              .append("owner", user.toString())
              .append("sequence", ++last)
              .append("type", "NoteUpdated")
              .append("kind", "note")
              .append("resourceId", note)
              .append("version", (long) version)
              .append("title", "Title")
              .append("occurredAt", Instant.EPOCH)
              .append("read", false));
    }
    collection("notifications").insertMany(entries);
    collection("inboxes").updateOne(eq("_id", user.toString()), set("last", last));
    collection("notes")
        .updateOne(eq("_id", note), set("lastSequence", (long) versions.get(versions.size() - 1)));
  }

  @Test
  void costsFewCommandsOfItsOwnUser() {
    UUID user = new UUID(1, 12);
    storeFiveChanges(user);
    for (int i = 4; i <= 28; i++) {
      append(Stream.of(note().created(id(user, i), user)).message(0));
    }
    settled(user, 30);

    assertThat(commands(user, "since=30")).containsExactly("find inboxes");
    assertThat(commands(user, "since=29"))
        .containsExactly(
            "find inboxes",
            "aggregate notifications",
            "find inboxes",
            "find notifications",
            "find notifications",
            "find notifications",
            "find notes");
    assertThat(commands(user, "limit=5"))
        .containsExactlyInAnyOrder(
            "find inboxes",
            "find notifications",
            "find notifications",
            "find notifications",
            "find notes",
            "find tasks");
    // 28 items are read in two parts.
    assertThat(commands(user, ""))
        .containsExactlyInAnyOrder(
            "find inboxes",
            "find notifications",
            "find notifications",
            "find notifications",
            "find notes",
            "find tasks",
            "find notes");
  }

  private List<String> commands(UUID user, String query) {
    COMMANDS.clear();
    page(user, query);
    return COMMANDS.stream()
        .filter(it -> !it.equals("find generations") && !it.startsWith("distinct"))
        .toList();
  }

  /**
   * Five clients apply pages while four writers change ten items and a model is replayed. A client
   * loses answers, and begins again from a copy that it kept earlier.
   */
  @Test
  void leadsEachClientToTheContentOfTheListsUnderConcurrentWritesAndAReplay() {
    UUID user = new UUID(1, 13);
    List<Item> items =
        IntStream.rangeClosed(1, 10).mapToObj(i -> new Item(user, id(user, i), i > 5)).toList();
    items.forEach(item -> item.change(new Random(0)));
    Replay replay = replays.start("tasks");
    CompletableFuture<?>[] writers =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.runAsync(() -> write(items, replay, new Random(i))))
            .toArray(CompletableFuture[]::new);
    CompletableFuture<Void> written = CompletableFuture.allOf(writers);
    List<Copy> copies =
        IntStream.range(0, 5).mapToObj(i -> new Copy(user, new Random(100 + i))).toList();
    CompletableFuture<?>[] clients =
        copies.stream()
            .map(
                copy ->
                    CompletableFuture.runAsync(
                        () -> {
                          while (!written.isDone()) {
                            copy.follow();
                          }
                        }))
            .toArray(CompletableFuture[]::new);
    written.orTimeout(30, TimeUnit.SECONDS).join();
    CompletableFuture.allOf(clients).join();
    List.of(items.get(0), items.get(5)).forEach(Item::putIntoTrash);
    List.of(items.get(1), items.get(6)).forEach(Item::takeOutOfTrash);
    long changes = items.stream().mapToLong(item -> item.version).sum() + items.size();
    settled(user, changes);

    assertThat(replays.find(UUID.fromString(replay.id())).state()).isEqualTo(Replay.State.DONE);
    assertThat(tasks.generation()).isEqualTo("tasks-2");
    assertThat(changes).isGreaterThan(100);
    Map<String, JsonNode> listed = new HashMap<>();
    Set<String> trash = new TreeSet<>();
    for (String list : List.of("/notes", "/tasks")) {
      json(get(user, list).body())
          .get("content")
          .forEach(item -> listed.put(item.get("id").asString(), item));
      trash.addAll(
          json(get(user, list + "?deleted=true").body())
              .get("content")
              .valueStream()
              .map(item -> item.get("id").asString())
              .toList());
    }
    assertThat(listed).containsKeys(id(user, 2).toString(), id(user, 7).toString());
    assertThat(trash).contains(id(user, 1).toString(), id(user, 6).toString());
    assertThat(listed.size() + trash.size()).isEqualTo(10);
    for (Copy copy : copies) {
      copy.catchUp();
      assertThat(copy.items).isEqualTo(listed);
      assertThat(copy.trash).isEqualTo(trash);
      assertThat(copy.calls).isGreaterThan(3);
    }
  }

  private void write(List<Item> items, Replay replay, Random random) {
    boolean done = false;
    while (!done) {
      done = replays.find(UUID.fromString(replay.id())).state() == Replay.State.DONE;
      items.get(random.nextInt(items.size())).change(random);
    }
  }

  /** A note or task, which writers change. */
  private final class Item {

    private final UUID user;
    private final UUID id;
    private final boolean task;
    private long version = -1;
    private boolean deleted;

    Item(UUID user, UUID id, boolean task) {
      this.user = user;
      this.id = id;
      this.task = task;
    }

    synchronized void change(Random random) {
      change(!deleted && version >= 0 && random.nextInt(3) == 0, random);
    }

    synchronized void putIntoTrash() {
      if (!deleted) {
        change(true, new Random(0));
      }
    }

    synchronized void takeOutOfTrash() {
      if (deleted) {
        change(false, new Random(0));
      }
    }

    private void change(boolean delete, Random random) {
      version++;
      Object event = task ? ofTask(random, delete) : ofNote(delete);
      deleted = delete;
      append(
          new GenericDomainEventMessage<>(task ? "Task" : "Note", id.toString(), version, event));
    }

    private Object ofNote(boolean delete) {
      return version == 0
          ? note().created(id, user)
          : delete
              ? new NoteDeleted(id, user)
              : deleted
                  ? new NoteRestored(id, user)
                  : note().titled("Version " + version).updated(id, user);
    }

    private Object ofTask(Random random, boolean delete) {
      return version == 0
          ? task().created(id, user)
          : delete
              ? new TaskDeleted(id, user)
              : deleted
                  ? new TaskRestored(id, user)
                  : random.nextBoolean()
                      ? new TaskCompleted(id, user)
                      : task().titled("Version " + version).updated(id, user);
    }
  }

  /** A client's copy of a user's items. */
  private final class Copy {

    private static final int[] LIMITS = {1, 2, 3, 7, 500};

    private final UUID user;
    private final Random random;
    private final Map<String, JsonNode> items = new HashMap<>();
    private final Set<String> trash = new TreeSet<>();
    private long cursor;
    private int calls;
    private final Map<String, JsonNode> keptItems = new HashMap<>();
    private final Set<String> keptTrash = new TreeSet<>();
    private long keptCursor;

    Copy(UUID user, Random random) {
      this.user = user;
      this.random = random;
    }

    /** Asks for a page, and applies it unless the answer is lost. Returns whether there is more. */
    boolean follow() {
      int limit = LIMITS[random.nextInt(LIMITS.length)];
      JsonNode page = page(user, "since=" + cursor + "&limit=" + limit);
      calls++;
      List<String> ids =
          page.get("changes").valueStream().map(it -> it.get("id").asString()).toList();
      assertThat(ids).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(limit);
      assertThat(page.get("next").asLong()).isGreaterThanOrEqualTo(cursor);
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3 -> {}
        case 4 -> {
          replace(keptItems, items);
          keptTrash.clear();
          keptTrash.addAll(trash);
          keptCursor = cursor;
        }
        case 5 -> {
          replace(items, keptItems);
          trash.clear();
          trash.addAll(keptTrash);
          cursor = keptCursor;
        }
        default -> apply(page);
      }
      return page.get("more").asBoolean();
    }

    private static void replace(Map<String, JsonNode> map, Map<String, JsonNode> by) {
      map.clear();
      map.putAll(by);
    }

    private void apply(JsonNode page) {
      for (JsonNode change : page.get("changes")) {
        String id = change.get("id").asString();
        if (change.get("deleted").asBoolean()) {
          items.remove(id);
          trash.add(id);
        } else {
          trash.remove(id);
          items.put(id, change.get("resource"));
        }
      }
      cursor = page.get("next").asLong();
    }

    void catchUp() {
      boolean more = true;
      while (more) {
        JsonNode page = page(user, "since=" + cursor);
        apply(page);
        more = page.get("more").asBoolean();
      }
    }
  }

  /** Stores 1: note 1, 2: note 2, 3: task 3, 4: note 1 has changed, 5: note 2 is deleted. */
  private void storeFiveChanges(UUID user) {
    if (collection("notifications").countDocuments(eq("owner", user.toString())) > 0) {
      return;
    }
    Stream first =
        Stream.of(
            note().titled("Plan").created(id(user, 1), user),
            note().titled("Plan B").updated(id(user, 1), user));
    Stream second =
        Stream.of(
            note().titled("Gone").created(id(user, 2), user), new NoteDeleted(id(user, 2), user));
    append(first.message(0));
    append(second.message(0));
    append(Stream.of(task().titled("Do").created(id(user, 3), user)).message(0));
    append(first.message(1));
    append(second.message(1));
    settled(user, 5);
  }

  /** Awaits the inbox and the models. */
  private void settled(UUID user, long changes) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                collection("notifications").countDocuments(eq("owner", user.toString())) == changes
                    && versions(notes, user) + versions(tasks, user) == changes);
  }

  private static long versions(ReadModel<?> model, UUID user) {
    return collection(model.generation())
        .find(eq("owner", user.toString()))
        .into(new ArrayList<>())
        .stream()
        .mapToLong(item -> item.getLong("lastSequence") + 1)
        .sum();
  }

  private void append(DomainEventMessage<?> event) {
    // The store in memory shows a later event before an earlier one if both are appended at once.
    synchronized (APPENDING) {
      engine.appendEvents(event);
    }
  }

  private static UUID id(UUID user, int number) {
    return new UUID(user.getLeastSignificantBits(), number);
  }

  private static MongoCollection<Document> collection(String name) {
    return mongo.database(mongo.name()).getCollection(name);
  }

  /** Returns the numbers of the items of a page. */
  private static String numbers(JsonNode page) {
    return String.join(
        " ",
        page.get("changes")
            .valueStream()
            .map(it -> UUID.fromString(it.get("id").asString()).getLeastSignificantBits())
            .map(String::valueOf)
            .toList());
  }

  private JsonNode page(UUID user, String query) {
    HttpResponse<String> answer = get(user, "/changes?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  private HttpResponse<String> get(UUID user, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + TestTokens.of(user, Role.USER));
    try {
      return client.send(
          (headers.length == 0 ? request : request.headers(headers)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
  }

  /** An event that the model of notes cannot read, and the inbox can. */
  private static class Poison extends GenericDomainEventMessage<NoteEvent> {

    private static final long serialVersionUID = 1L;

    Poison(UUID note, long sequence, NoteEvent event) {
      super("Note", note.toString(), sequence, event);
    }

    @Override
    public NoteEvent getPayload() {
      if (Thread.currentThread().getName().startsWith("notes-")) {
        throw new SerializationException("unreadable");
      }
      return super.getPayload();
    }
  }
}
