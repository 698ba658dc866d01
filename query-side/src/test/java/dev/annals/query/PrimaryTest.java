package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static dev.annals.given.TaskBuilder.task;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.api.ChangeKind;
import dev.annals.base.security.Role;
import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskPriority;
import dev.annals.http.security.TestTokens;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.projection.model.ShardedCommands;
import dev.annals.projection.replay.ModelProcessors;
import dev.annals.projection.replay.Replay;
import dev.annals.projection.replay.Replays;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.serialization.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Uses MongoDB by a URI that asks for a secondary and for the weakest concerns. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=-1",
      "annals.read-model.step=300ms",
      "annals.notifications.keep-read=1s",
      "annals.notifications.keep-unread=1s"
    })
class PrimaryTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID NOTE = new UUID(9, 1);
  private static final UUID POISONED = new UUID(9, 2);
  private static final UUID TASK = new UUID(10, 1);

  private static ReplicaSet mongo;

  @LocalServerPort private int port;
  @Autowired private EventStorageEngine engine;
  @Autowired private ModelProcessors processors;
  @Autowired private Replays replays;
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void close() {
    mongo.close();
    ShardedCommands.requireNone();
  }

  @Test
  void readsAndWritesEverythingAtThePrimaryWithMajorityConcernAndATimeLimit() {
    // Creating an index during writes can damage the embedded server's.
    await()
        .until(
            () ->
                mongo.commandsWithoutTimeLimit().size() == 6
                    && Thread.getAllStackTraces().values().stream()
                        .flatMap(Arrays::stream)
                        .noneMatch(it -> it.getClassName().endsWith(".ModelConfiguration")));
    useEverything();

    assertThat(mongo.commandsWithoutTimeLimit())
        .as("commands that may take any time")
        .containsExactlyInAnyOrder(
            "dead-letters createIndexes",
            "notes createIndexes",
            "notes listIndexes",
            "notifications createIndexes",
            "tasks createIndexes",
            "tasks listIndexes");
    assertThat(mongo.commandsAtSecondary()).isEmpty();
    assertThat(mongo.writesWithoutMajority()).isEmpty();
    assertThat(
            mongo.commandsAtPrimary().entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .collect(toSet()))
        .containsExactlyInAnyOrder(
            "dead-letters aggregate",
            "dead-letters distinct",
            "dead-letters find",
            "generations find",
            "inboxes find",
            "notes aggregate",
            "notes find",
            "notifications aggregate",
            "notifications find",
            "processor-failures find",
            "replays find",
            "tasks aggregate",
            "tasks find",
            "tokens find");
    assertThat(
            mongo.commandsAtPrimary().entrySet().stream()
                .filter(it -> !it.getValue())
                .map(it -> it.getKey().substring(it.getKey().indexOf(' ') + 1))
                .collect(toSet()))
        .as("commands that need no majority read")
        .isSubsetOf(
            Set.of(
                "createIndexes",
                "delete",
                "drop",
                "findAndModify",
                "insert",
                "listCollections",
                "listIndexes",
                "update"));
  }

  private void useEverything() {
    engine.appendEvents(
        Stream.of(
                note().titled("Plan").created(NOTE, ANN),
                note().titled("Plan B").updated(NOTE, ANN))
            .messages());
    engine.appendEvents(
        Stream.of(
                task().titled("Do").priority(TaskPriority.LOW).created(TASK, ANN),
                new TaskCompleted(TASK, ANN))
            .messages());
    for (String path : List.of("/notes", "/notes?page=1", "/notes/" + NOTE)) {
      assertThat(get(path, ConsistencyToken.of(ChangeKind.NOTE, NOTE, 1))).isEqualTo(200);
    }
    for (String path : List.of("/tasks", "/tasks?page=1", "/tasks/" + TASK)) {
      assertThat(get(path, ConsistencyToken.of(ChangeKind.TASK, TASK, 1))).isEqualTo(200);
    }
    engine.appendEvents(
        new GenericDomainEventMessage<>(
            "Notification",
            new UUID(11, 1).toString(),
            0,
            new NotificationRead(new UUID(12, 1), ANN, NOTE, 0)),
        new GenericDomainEventMessage<>(
            "Inbox", new UUID(11, 2).toString(), 0, new AllNotificationsRead(ANN)));
    for (String path : List.of("/notifications", "/notifications/unread-count")) {
      assertThat(get(path, ConsistencyToken.of(ConsistencyToken.INBOX, ANN, 0))).isEqualTo(200);
      assertThat(get(path, ConsistencyToken.of(ConsistencyToken.READING, NOTE, 0))).isEqualTo(200);
    }

    await()
        .untilAsserted(
            () -> assertThat(mongo.commandsAtPrimary()).containsKey("notifications delete"));

    engine.appendEvents(new Unreadable(POISONED));
    await().until(() -> admin("GET", "/admin/dead-letters").get("content").size() == 2);
    JsonNode letters = admin("GET", "/admin/dead-letters").get("content");
    admin("POST", "/admin/dead-letters/" + letters.get(0).get("id").asString() + "/retry");
    admin("DELETE", "/admin/dead-letters/" + letters.get(1).get("id").asString());

    assertThat(processors.all()).hasSize(3);
    UUID replay = UUID.fromString(replays.start("notes").id());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> replays.find(replay).state() == Replay.State.DONE);
    engine.appendEvents(
        new GenericDomainEventMessage<>("User", ANN.toString(), 0, new UserErased(ANN)));
    await().until(() -> get("/notes/" + NOTE, null) == 404 && get("/tasks/" + TASK, null) == 404);
  }

  private int get(String path, ConsistencyToken token) {
    HttpRequest.Builder request = request(Role.USER, path);
    return send(token == null
            ? request
            : request.header(ConsistencyToken.HEADER, TestTokens.of(token)))
        .statusCode();
  }

  private JsonNode admin(String method, String path) {
    HttpResponse<String> answer =
        send(request(Role.ADMIN, path).method(method, HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.statusCode()).as(path).isBetween(200, 204);
    return JsonMapper.shared().readTree(answer.body().isEmpty() ? "{}" : answer.body());
  }

  private HttpRequest.Builder request(Role role, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .header("Authorization", "Bearer " + TestTokens.of(ANN, role));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** A deletion that cannot be read. */
  private static class Unreadable extends GenericDomainEventMessage<NoteDeleted> {

    private static final long serialVersionUID = 1L;

    Unreadable(UUID note) {
      super("Note", note.toString(), 0, new NoteDeleted(note, ANN));
    }

    @Override
    public NoteDeleted getPayload() {
      throw new SerializationException("unreadable");
    }
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new ReplicaSet();
    properties.add("spring.mongodb.uri", mongo::uri);
    properties.add("spring.mongodb.database", () -> "annals");
  }
}
