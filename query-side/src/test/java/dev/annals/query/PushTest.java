package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import dev.annals.base.security.Role;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.http.security.TestTokens;
import dev.annals.projection.model.TestMongo;
import dev.annals.servers.LazyClient;
import dev.annals.servers.StompClient;
import dev.annals.servers.TestRedis;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The push over real sockets, from events in a store in memory. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"management.server.port=-1", "annals.cors.origins=https://notes.example.org"})
class PushTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.shared();
  private static TestMongo mongo;
  private static TestRedis redis;

  private final UUID user = UUID.randomUUID();

  @LocalServerPort private int port;
  @Autowired private EventStorageEngine events;
  @Autowired private EventProcessingConfiguration processors;

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
    redis = new TestRedis();
    properties.add("spring.data.redis.url", redis::url);
  }

  @AfterAll
  static void close() {
    mongo.close();
    redis.close();
  }

  @Test
  void sendsTheNotificationThatTheListShows() {
    try (StompClient client = client().subscribed()) {
      UUID note = new UUID(9, user.getLeastSignificantBits());
      List<DomainEventMessage<?>> stream =
          Stream.of(
                  note().titled("Plan <A>").content("text").created(note, user),
                  note().titled("Plan Ü").updated(note, user))
              .messages();
      events.appendEvents(stream);

      client.message();
      StompClient.Frame second = client.next();
      assertThat(second.headers())
          .containsEntry("subscription", "s")
          .containsEntry("destination", "/user/queue/notifications")
          .containsEntry("content-type", "application/json");
      assertThat(JSON.readTree(second.body()))
          .isEqualTo(
              JSON.readTree(
                  """
                  {"id": "%s", "sequence": 2, "type": "NoteUpdated",
                   "resource": {"kind": "note", "id": "%s", "version": 1, "title": "Plan Ü"},
                   "occurredAt": "2026-03-01T10:00:01.123Z", "read": false}
                  """
                      .formatted(stream.get(1).getIdentifier(), note)));
      assertThat(get("/notifications").get("content").get(0))
          .isEqualTo(JSON.readTree(second.body()));
      assertThat(get("/notifications?after=1").get("content").get(0))
          .isEqualTo(JSON.readTree(second.body()));
    }
  }

  @Test
  void sendsEveryFrameAsAsyncApiDescribesIt() throws IOException, InterruptedException {
    AsyncApi described = new AsyncApi(http("GET", "/asyncapi").body());
    append(1);
    awaitStored(1);
    try (StompClient client = StompClient.open(port)) {
      client.send("CONNECT", "accept-version:1.2", "host:h", "Authorization:Bearer " + token());
      described.headers("Connected", client.next());
      client.send("SUBSCRIBE", "id:a", "destination:" + StompClient.NOTIFICATIONS, "after:5000");
      described.message("Resync", client.next());
      client.subscribed("after:0");
      described.message("Notification", client.next());
      client.send(
          "SEND", "destination:/app/token", "receipt:7", "Authorization:" + "Bearer " + token());
      described.headers("Receipt", client.next());
      client.send("SEND", "destination:/app/elsewhere", "receipt:8");
      described.headers("Error", client.isRefused());
    }
    described.isWhole();
    assertThat(described.enumOf("NotificationView", "type"))
        .contains("NoteCreated", "TaskMarkedOverdue");
  }

  @Test
  void sendsEachNotificationInOrderToTwentyClientsOfItsOwnerOnly() {
    List<StompClient> clients = new ArrayList<>();
    StompClient stranger =
        StompClient.connected(port, TestTokens.of(UUID.randomUUID(), Role.USER)).subscribed();
    try {
      for (int i = 0; i < 20; i++) {
        clients.add(client().subscribed());
      }
      IntStream.range(0, 200).parallel().forEach(i -> append(1));

      for (StompClient client : clients) {
        assertThat(sequences(client, 200)).isEqualTo(upTo(1, 200));
        client.hasNothingMore();
      }
      stranger.hasNothingMore();
    } finally {
      clients.forEach(StompClient::close);
      stranger.close();
    }
  }

  @Test
  void sendsOnlyNewNotificationsToASubscriptionWithoutAfter() {
    append(3);
    awaitStored(3);
    try (StompClient client = client().subscribed()) {
      append(1);

      assertThat(sequences(client, 1)).containsExactly(4L);
    }
  }

  @Test
  void sendsEachNotificationOnceToAClientThatReconnectsDuringWrites() {
    CompletableFuture<Void> writes =
        CompletableFuture.runAsync(() -> IntStream.range(0, 300).forEach(i -> append(1)));
    List<Long> seen = new ArrayList<>();
    while (seen.size() < 300) {
      long last = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
      try (StompClient client = client().subscribed("after:" + last)) {
        seen.addAll(sequences(client, Math.min(17, 300 - seen.size())));
      }
    }
    writes.join();

    assertThat(seen).isEqualTo(upTo(1, 300));
  }

  @Test
  void sendsAThousandMissedNotificationsAndResyncForMore() {
    append(1001);
    awaitStored(1001);
    try (StompClient near = client().subscribed("after:1");
        StompClient far = client().subscribed("after:0");
        StompClient lost = client().subscribed("after:5000")) {
      assertThat(far.message()).isEqualTo("{\"type\":\"Resync\"}");
      assertThat(lost.message()).isEqualTo("{\"type\":\"Resync\"}");
      assertThat(sequences(near, 1000)).isEqualTo(upTo(2, 1001));
      append(1);

      for (StompClient client : List.of(near, far, lost)) {
        assertThat(sequences(client, 1)).containsExactly(1002L);
      }
    }
  }

  @Test
  void sendsResyncToAClientAfterARemovedNotification() {
    append(4);
    awaitStored(4);
    remove(2);
    try (StompClient first = client().subscribed("after:0");
        StompClient second = client().subscribed("after:1");
        StompClient last = client().subscribed("after:2");
        StompClient kept = client().subscribed("after:3")) {
      for (StompClient client : List.of(first, second, last)) {
        assertThat(client.message()).isEqualTo("{\"type\":\"Resync\"}");
      }
      assertThat(sequences(kept, 1)).containsExactly(4L);
      append(1);

      for (StompClient client : List.of(first, second, last, kept)) {
        assertThat(sequences(client, 1)).containsExactly(5L);
      }
    }
  }

  @Test
  void sendsOnlyNewNotificationsAfterAllEarlierOnesWereRemoved() {
    append(4);
    awaitStored(4);
    remove(4);
    // A number that is never used.
    inboxes().updateOne(Filters.eq("_id", user.toString()), Updates.inc("last", 1L));
    try (StompClient client = client().subscribed()) {
      append(1);

      assertThat(sequences(client, 1)).containsExactly(6L);
    }
  }

  /** Removes the notifications up to a number, as their end does. */
  private void remove(long number) {
    inboxes().updateOne(Filters.eq("_id", user.toString()), Updates.set("removed", number));
    mongo
        .database()
        .getCollection("notifications")
        .deleteMany(
            Filters.and(Filters.eq("owner", user.toString()), Filters.lte("sequence", number)));
  }

  private MongoCollection<Document> inboxes() {
    return mongo.database().getCollection("inboxes");
  }

  @Test
  void showsReadNotificationsAsReadInListsAndMessages() {
    append(2);
    awaitStored(2);
    events.appendEvents(
        new GenericDomainEventMessage<>(
            "Inbox", "inbox-" + user, 0, new AllNotificationsRead(user)));
    await()
        .untilAsserted(
            () ->
                assertThat(get("/notifications/unread-count"))
                    .isEqualTo(JSON.readTree("{\"count\":0}")));
    append(1);
    awaitStored(3);

    try (StompClient client = client().subscribed("after:0")) {
      assertThat(List.of(client.message(), client.message(), client.message()))
          .extracting(message -> JSON.readTree(message).get("read").asBoolean())
          .containsExactly(true, true, false);
    }
    assertThat(get("/notifications/unread-count").get("count").asInt()).isEqualTo(1);
    assertThat(get("/notifications?unread=true").get("page").get("totalElements").asInt())
        .isEqualTo(1);
  }

  @Test
  void findsEntriesOfAnotherInstanceByCheckingAndSendsThemInOrder() {
    try (StompClient client = client().subscribed()) {
      storedElsewhere(1);
      assertThat(sequences(client, 1)).containsExactly(1L);
      storedElsewhere(2);
      append(1);
      assertThat(sequences(client, 2)).containsExactly(2L, 3L);
    }
  }

  /** A check would find one of them in four seconds. */
  @Test
  void pushesAtOnceAfterAnotherInstanceHasPublished() {
    try (StompClient client = client().subscribed()) {
      Instant before = Instant.now();
      for (long sequence = 1; sequence <= 10; sequence++) {
        storedElsewhere(sequence);
        redis.connection().sync().publish("annals:arrivals", user + " " + sequence);
        assertThat(sequences(client, 1)).containsExactly(sequence);
      }
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void closesAClientThatDoesNotReadWithinTenSecondsWithoutDelayToOthers() throws IOException {
    String title = "\uD83D\uDE00".repeat(200);
    for (int i = 0; i < 300; i++) {
      events.appendEvents(
          Stream.of(note().titled(title).created(UUID.randomUUID(), user)).messages());
    }
    awaitStored(300);
    try (LazyClient lazy = new LazyClient(port, token());
        StompClient other = client().subscribed()) {
      for (int i = 0; i < 16; i++) {
        lazy.send(
            "SUBSCRIBE\nid:"
                + i
                + "\ndestination:"
                + StompClient.NOTIFICATIONS
                + "\nafter:0\n\n\0");
      }
      Instant ignoredSince = Instant.now();
      for (long sequence = 301; !lazy.isCutOff(); sequence++) {
        Instant before = Instant.now();
        append(1);
        assertThat(sequences(other, 1)).containsExactly(sequence);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
        assertThat(Duration.between(ignoredSince, Instant.now()))
            .isLessThan(Duration.ofSeconds(10));
      }
      assertThat(Duration.between(ignoredSince, Instant.now()))
          .isGreaterThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void pushesAndRenumbersNothingWhenEventsAreDeliveredAgain() {
    append(5);
    awaitStored(5);
    JsonNode before = get("/notifications");
    try (StompClient client = client().subscribed()) {
      PooledStreamingEventProcessor processor =
          processors
              .eventProcessor("notifications", PooledStreamingEventProcessor.class)
              .orElseThrow();
      assertThat(processor.supportsReset()).isFalse();
      processor.shutDown();
      mongo
          .database()
          .getCollection("tokens")
          .deleteMany(Filters.eq("processorName", "notifications"));
      processor.start();
      append(1);

      assertThat(sequences(client, 1)).containsExactly(6L);
      client.hasNothingMore();
      assertThat(get("/notifications?page=0&size=5&after=0").get("content"))
          .hasSize(5)
          .allSatisfy(it -> assertThat(before.get("content")).contains(it));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Authorization:Bearer x",
        "Authorization:Bearer %auditor",
        "Authorization:Bearer %expired",
        "Authorization:%token",
        "login:%token"
      })
  void whoDoesNotSayWhoTheyAreIsRefused(String header) {
    Instant past = Instant.now().minusSeconds(5);
    String filled =
        header
            .replace("%auditor", TestTokens.of(user, Role.AUDITOR))
            .replace("%expired", TestTokens.of(user, TestTokens.SESSION, past, Role.USER))
            .replace("%token", token());
    try (StompClient client = StompClient.open(port)) {
      client.send("CONNECT", "accept-version:1.2", filled.isEmpty() ? "host:h" : filled);
      client.isRefused();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SUBSCRIBE|id:1|destination:/user/queue/notifications",
        "SEND|destination:/app/token|Authorization:Bearer %token",
        "CONNECT|accept-version:1.1|Authorization:Bearer %token",
        "CONNECT|Authorization:Bearer %token",
        "CONNECT|accept-version:1.2|heart-beat:often|Authorization:Bearer %token",
        "NONSENSE"
      })
  void aConversationBeginsWithAConnectThatIsUnderstood(String frame) {
    try (StompClient client = StompClient.open(port)) {
      send(client, frame);
      client.isRefused();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SUBSCRIBE|id:1|destination:/topic/notes",
        "SUBSCRIBE|id:1|destination:/user/queue/notifications/",
        "SUBSCRIBE|id:1|destination:/user/other/queue/notifications",
        "SUBSCRIBE|id:1",
        "SUBSCRIBE|destination:/user/queue/notifications",
        "SUBSCRIBE|id:s|destination:/user/queue/notifications",
        "SUBSCRIBE|id:1|destination:/user/queue/notifications|ack:client",
        "SUBSCRIBE|id:1|destination:/user/queue/notifications|after:",
        "SUBSCRIBE|id:1|destination:/user/queue/notifications|after:-1",
        "SUBSCRIBE|id:1|destination:/user/queue/notifications|after:1.0",
        "SUBSCRIBE|id:1|destination:/user/queue/notifications|after:9999999999999999999",
        "SEND|destination:/user/queue/notifications",
        "SEND|destination:/app/other|Authorization:Bearer %token",
        "SEND|destination:/app/token",
        "SEND|destination:/app/token|Authorization:Bearer %stranger",
        "SEND|destination:/app/token|Authorization:Bearer %othersession",
        "CONNECT|accept-version:1.2|Authorization:Bearer %token",
        "BEGIN|transaction:t",
        "ACK|id:1",
        "NONSENSE"
      })
  void whatIsNotForClientsEndsTheConversation(String frame) {
    try (StompClient client = client().subscribed()) {
      send(client, frame + "|receipt:last");
      StompClient.Frame error = client.isRefused();

      if (!frame.startsWith("NONSENSE") && !frame.startsWith("CONNECT")) {
        assertThat(error.headers()).containsEntry("receipt-id", "last");
      }
    }
  }

  @Test
  void refusesAFrameThatNeverEnds() {
    try (StompClient client = client()) {
      client.sendText("SEND\nx:" + "y".repeat(70_000));
      client.isRefused();
    }
  }

  @Test
  void refusesAFloodOfFramesWithoutDelayToOthers() {
    try (StompClient flood =
            StompClient.connected(port, TestTokens.of(UUID.randomUUID(), Role.USER));
        StompClient client = client().subscribed()) {
      String pair =
          "SUBSCRIBE\nid:f\ndestination:/user/queue/notifications\nafter:0\n\n\0"
              + "UNSUBSCRIBE\nid:f\n\n\0";
      flood.sendText(pair.repeat(31_350));
      append(1);

      assertThat(sequences(client, 1)).containsExactly(1L);
      assertThat(flood.isRefused().headers())
          .containsEntry("message", "There are too many frames at once");
      append(1);
      assertThat(sequences(client, 1)).containsExactly(2L);
    }
  }

  @Test
  void acceptsSplitAndJoinedFramesWithHeartBeatsBetween() {
    try (StompClient client = StompClient.open(port)) {
      client.sendText("\nSTOMP\r\naccept-version:1.1,1.2\r\nAuthori");
      client.sendText("zation:bearer " + token() + "\r\n\r\n\0\n\nSUBSCRIBE\nid:a\\cb\ndesti");
      client.sendText(
          "nation:/user/queue/notifications\nreceipt:1\n\n\0UNSUBSCRIBE\nid:x\nreceipt:2\n\n\0");

      assertThat(client.next().command()).isEqualTo("CONNECTED");
      assertThat(
              List.of(
                  client.next().headers().get("receipt-id"),
                  client.next().headers().get("receipt-id")))
          .containsExactlyInAnyOrder("1", "2");
      append(1);
      assertThat(client.next().headers()).containsEntry("subscription", "a\\cb");
    }
  }

  @Test
  void acceptsFramesInBinaryMessagesSplitWithinALineEnd() {
    try (StompClient client = StompClient.open(port)) {
      client.sendBinary("CONNECT\r\naccept-ver", false);
      client.sendBinary("sion:1.2\r", false);
      client.sendBinary("\nAuthorization:Bearer ", false);
      client.sendBinary(token() + "\r\n\r\n\0", true);

      assertThat(client.next().command()).isEqualTo("CONNECTED");
    }
  }

  @Test
  void sendsNothingAfterUnsubscribeOrDisconnect() {
    try (StompClient client = client().subscribed()) {
      client.send("UNSUBSCRIBE", "id:s", "receipt:gone");
      assertThat(client.next().headers()).containsEntry("receipt-id", "gone");
      append(1);
      awaitStored(1);
      client.send("DISCONNECT", "receipt:bye");

      assertThat(client.next().headers()).containsEntry("receipt-id", "bye");
      assertThat(client.closed().join()).isEqualTo(1000);
      client.hasNothingMore();
    }
  }

  @Test
  void closesWhenTheTokenExpiresUnlessItIsRenewed() {
    Instant soon = Instant.now().plusSeconds(3);
    String brief = TestTokens.of(user, TestTokens.SESSION, soon, Role.USER);
    try (StompClient ending = StompClient.connected(port, brief).subscribed();
        StompClient renewed = StompClient.connected(port, brief).subscribed()) {
      renewed.send(
          "SEND", "destination:/app/token", "Authorization:Bearer " + token(), "receipt:new");
      assertThat(renewed.next().headers()).containsEntry("receipt-id", "new");

      ending.isRefused();
      assertThat(Instant.now()).isBetween(soon.minusSeconds(1), soon.plusSeconds(3));
      append(1);
      assertThat(sequences(renewed, 1)).containsExactly(1L);
    }
  }

  @Test
  void closesWhenTheSessionIsRevoked() {
    UUID lost = UUID.randomUUID();
    String stolen = TestTokens.of(user, lost, Instant.now().plusSeconds(600), Role.USER);
    try (StompClient ending = StompClient.connected(port, stolen).subscribed();
        StompClient staying = client().subscribed()) {
      TestTokens.revoke(lost);

      ending.isRefused();
      append(1);
      assertThat(sequences(staying, 1)).containsExactly(1L);
    }
    try (StompClient late = StompClient.open(port)) {
      late.send("CONNECT", "accept-version:1.2", "Authorization:Bearer " + stolen);
      late.isRefused();
    }
  }

  @Test
  void refusesAClientWhoseSessionCannotBeChecked() {
    Instant later = Instant.now().plusSeconds(600);
    String token = TestTokens.of(user, TestTokens.UNKNOWABLE, later, Role.USER);
    try (StompClient client = StompClient.open(port)) {
      client.send("CONNECT", "accept-version:1.2", "Authorization:Bearer " + token);
      client.isRefused();
    }
  }

  @Test
  void sendsHeartBeatsWhenIdleAndClosesAClientThatNeverConnects() {
    try (StompClient silent = StompClient.open(port);
        StompClient client = StompClient.open(port)) {
      client.send(
          "CONNECT", "accept-version:1.2", "heart-beat:0,10000", "Authorization:Bearer " + token());
      StompClient.Frame connected = client.next();
      Instant quietSince = Instant.now();

      assertThat(connected.headers())
          .containsEntry("version", "1.2")
          .containsEntry("heart-beat", "10000,10000");
      assertThat(client.next().command()).isEmpty();
      assertThat(Duration.between(quietSince, Instant.now()))
          .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
      assertThat(silent.isRefused().headers())
          .containsEntry("message", "The token is absent or has expired");
    }
  }

  @Test
  void refusesHandshakesWithoutUpgradeOrFromAnotherOrigin() throws Exception {
    assertThat(http("GET", "/ws").statusCode()).isEqualTo(400);
    HttpResponse<String> post = http("POST", "/ws");
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(post.headers().firstValue("Allow")).contains("GET");
    assertThat(post.headers().firstValue("Content-Type")).contains("application/problem+json");

    assertThat(opened("https://notes.example.org")).isTrue();
    assertThat(opened("http://localhost:" + port)).isTrue();
    assertThat(opened("https://evil.example.org")).isFalse();
    assertThat(opened("null")).isFalse();
  }

  @Test
  void refusesInvalidListParametersAndCallersWithoutTheRoleUser() throws Exception {
    HttpResponse<String> wrong = http("GET", "/notifications?unread=yes&after=-1&size=0");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(wrong.body()).get("errors").valueStream())
        .extracting(it -> it.get("pointer").asString())
        .containsExactlyInAnyOrder("?unread", "?after", "?size");
    for (String path : List.of("/notifications", "/notifications/unread-count")) {
      HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
      assertThat(HTTP.send(request.build(), text()).statusCode()).isEqualTo(401);
      request.header("Authorization", "Bearer " + TestTokens.of(user, Role.AUDITOR));
      assertThat(HTTP.send(request.build(), text()).statusCode()).isEqualTo(403);
    }
  }

  private StompClient client() {
    return StompClient.connected(port, token());
  }

  private String token() {
    return TestTokens.of(user, Role.USER);
  }

  private void send(StompClient client, String frame) {
    UUID other = UUID.randomUUID();
    Instant later = Instant.now().plusSeconds(60);
    String[] lines =
        frame
            .replace("%token", token())
            .replace("%stranger", TestTokens.of(other, Role.USER))
            .replace("%othersession", TestTokens.of(user, other, later, Role.USER))
            .split("\\|");
    String[] headers = new String[lines.length - 1];
    System.arraycopy(lines, 1, headers, 0, headers.length);
    client.send(lines[0], headers);
  }

  private void append(int count) {
    UUID note = UUID.randomUUID();
    List<DomainEventMessage<?>> batch = new ArrayList<>();
    batch.addAll(Stream.of(note().titled("T").created(note, user)).messages());
    for (int version = 1; version < count; version++) {
      batch.add(
          new GenericDomainEventMessage<>(
              "Note", note.toString(), version, note().titled("T").updated(note, user)));
    }
    events.appendEvents(batch);
  }

  /** Stores an entry as another process does whose messages do not arrive here. */
  private void storedElsewhere(long sequence) {
    mongo
        .database()
        .getCollection("notifications")
        .insertOne(
            new Document("_id", UUID.randomUUID() + "/0")
                .append("eventId", UUID.randomUUID().toString())
                .append("owner", user.toString())
                .append("sequence", sequence)
                .append("type", "NoteCreated")
                .append("kind", "note")
                .append("resourceId", UUID.randomUUID().toString())
                .append("version", 0L)
                .append("title", "T")
                .append("occurredAt", Instant.EPOCH)
                .append("read", false));
    inboxes()
        .updateOne(
            Filters.eq("_id", user.toString()),
            Updates.combine(
                Updates.inc("last", 1L),
                Updates.setOnInsert("readUpTo", 0L),
                Updates.setOnInsert("readAll", -1L)),
            new UpdateOptions().upsert(true));
  }

  private void awaitStored(long count) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                mongo
                        .database()
                        .getCollection("notifications")
                        .countDocuments(Filters.eq("owner", user.toString()))
                    == count);
  }

  private static List<Long> sequences(StompClient client, int count) {
    List<Long> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sequences.add(JSON.readTree(client.message()).get("sequence").asLong());
    }
    return sequences;
  }

  private static List<Long> upTo(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private JsonNode get(String path) {
    try {
      HttpResponse<String> answer = http("GET", path);
      assertThat(answer.statusCode()).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> http(String method, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(uri(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("Authorization", "Bearer " + token())
            .build(),
        text());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + port + path);
  }

  private static HttpResponse.BodyHandler<String> text() {
    return HttpResponse.BodyHandlers.ofString();
  }

  private boolean opened(String origin) {
    try {
      HTTP.newWebSocketBuilder()
          .header("Origin", origin)
          .buildAsync(URI.create("ws://localhost:" + port + "/ws"), StompClient.deaf())
          .join()
          .abort();
      return true;
    } catch (CompletionException refused) {
      return false;
    }
  }
}
