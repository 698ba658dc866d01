package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.servers.LazyClient;
import dev.annals.servers.StompClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Notifications, from the causing request to the receiving client. */
@ExtendWith(Deployment.class)
class NotificationsIT {

  private static final String NOTE = Json.object("title", "Plan");

  private final Annals annals;
  private final Client user;

  NotificationsIT(Annals annals) {
    this.annals = annals;
    this.user = annals.newUser();
  }

  @Test
  void arePushedInOrderToEachClientOfAUser() {
    List<StompClient> clients = new ArrayList<>();
    Client stranger = annals.newUser();
    try {
      for (int i = 0; i < 20; i++) {
        clients.add(StompClient.of(user).subscribed());
      }
      stranger.post("/notes", NOTE).expect(201);
      String note = user.post("/notes", NOTE).expect(201).header("Location").orElseThrow();
      user.ifMatch(0)
          .put(note, Json.object("title", "Plan B", "content", "", "tags", List.of()))
          .expect(200);
      user.ifMatch(1).delete(note).expect(204);
      user.ifMatch(2).post(note + "/restore").expect(200);
      String task = user.post("/tasks", Json.object("title", "Do")).expect(201).id();
      user.ifMatch(0).post("/tasks/" + task + "/start").expect(200);
      user.ifMatch(1).post("/tasks/" + task + "/complete").expect(200);

      for (StompClient client : clients) {
        List<JsonNode> messages = messages(client, 7);
        assertThat(messages)
            .extracting(it -> it.get("type").asString())
            .containsExactly(
                "NoteCreated",
                "NoteUpdated",
                "NoteDeleted",
                "NoteRestored",
                "TaskCreated",
                "TaskStarted",
                "TaskCompleted");
        assertThat(messages)
            .extracting(it -> it.at("/resource/title").asString())
            .containsExactly("Plan", "Plan B", "Plan B", "Plan B", "Do", "Do", "Do");
        assertThat(sequences(messages)).isEqualTo(upTo(1, 7));
      }
    } finally {
      clients.forEach(StompClient::close);
    }
  }

  @Test
  void arriveOnceAtAReconnectingClientDuringWrites() {
    CompletableFuture<Void> writes =
        CompletableFuture.runAsync(
            () ->
                IntStream.range(0, 150)
                    .parallel()
                    .forEach(i -> user.post("/notes", NOTE).expect(201)));
    List<Long> seen = new ArrayList<>();
    while (seen.size() < 150) {
      long last = seen.isEmpty() ? 0 : seen.get(seen.size() - 1);
      try (StompClient client = StompClient.of(user).subscribed("after:" + last)) {
        seen.addAll(sequences(messages(client, Math.min(13, 150 - seen.size()))));
      }
    }
    writes.join();

    assertThat(seen).isEqualTo(upTo(1, 150));
  }

  @Test
  @Tag("long")
  void areListedForAClientThatMissedMoreThanAThousand() {
    IntStream.rangeClosed(0, 1000).parallel().forEach(i -> user.post("/notes", NOTE).expect(201));
    Annals.eventually(() -> assertThat(user.unread()).isEqualTo(1001));
    try (StompClient far = StompClient.of(user).subscribed("after:0");
        StompClient near = StompClient.of(user).subscribed("after:1")) {
      assertThat(far.message()).isEqualTo("{\"type\":\"Resync\"}");
      assertThat(sequences(messages(near, 1000))).isEqualTo(upTo(2, 1001));
    }
    JsonNode page = user.get("/notifications?after=990&size=5&page=1").expect(200).json();
    assertThat(page.get("content"))
        .extracting(it -> it.get("sequence").asLong())
        .isEqualTo(upTo(996, 1000));
    assertThat(page.at("/page/totalElements").asInt()).isEqualTo(11);
  }

  @Test
  void arePushedToOthersDespiteAClientThatDoesNotRead() throws IOException {
    String longTitle = Json.object("title", "\uD83D\uDE00".repeat(200));
    IntStream.range(0, 300).parallel().forEach(i -> user.post("/notes", longTitle).expect(201));
    Annals.eventually(() -> assertThat(user.unread()).isEqualTo(300));
    try (LazyClient lazy = new LazyClient(user);
        StompClient other = StompClient.of(user).subscribed()) {
      for (int i = 0; i < 16; i++) {
        lazy.send(
            "SUBSCRIBE\nid:%d\ndestination:%s\nafter:0\n\n\0"
                .formatted(i, StompClient.NOTIFICATIONS));
      }
      CompletableFuture<Void> cutOff =
          CompletableFuture.runAsync(
              () -> await().atMost(Duration.ofSeconds(10)).until(lazy::isCutOff));
      for (long sequence = 301; !cutOff.isDone(); sequence++) {
        Instant before = Instant.now();
        user.post("/notes", NOTE).expect(201);
        assertThat(sequences(messages(other, 1))).containsExactly(sequence);
        // An instance polls every 4 seconds for notifications of others.
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
      }
      cutOff.join();
    }
  }

  @Test
  void areMarkedReadOnAllDevices() {
    IntStream.range(0, 4).forEach(i -> user.post("/notes", NOTE).expect(201));
    List<JsonNode> pushed;
    try (StompClient client = StompClient.of(user).subscribed("after:0")) {
      pushed = messages(client, 4);
    }
    String second = pushed.get(1).get("id").asString();
    Client otherDevice = user.with("X-Request-Id", "other-device");

    user.post("/notifications/" + second + "/read").expect(204);
    user.post("/notifications/" + second + "/read").expect(204);
    Annals.eventually(
        () ->
            assertThat(otherDevice.get("/notifications?unread=false").json().get("content"))
                .extracting(it -> it.get("id").asString())
                .containsExactly(second));
    assertThat(otherDevice.unread()).isEqualTo(3);

    user.post("/notifications/read-all").expect(204);
    Annals.eventually(() -> assertThat(otherDevice.unread()).isZero());
    try (StompClient client = StompClient.of(otherDevice).subscribed("after:0")) {
      user.post("/notes", NOTE).expect(201);
      List<JsonNode> all = messages(client, 5);
      assertThat(all)
          .extracting(it -> it.get("read").asBoolean())
          .containsExactly(true, true, true, true, false);
      assertThat(all.get(4).get("sequence").asLong()).isEqualTo(5);
    }
    assertThat(otherDevice.unread()).isEqualTo(1);
  }

  @Test
  void areHiddenFromOtherUsers() {
    user.post("/notes", NOTE).expect(201);
    Client stranger = annals.newUser();
    Annals.eventually(() -> assertThat(user.unread()).isEqualTo(1));
    String id = user.get("/notifications").text("/content/0/id");

    for (String foreign : new String[] {id, "00000000-0000-4000-8000-000000000000", "1"}) {
      stranger.post("/notifications/" + foreign + "/read").isProblem(404, "not-found");
    }
    annals.anybody().post("/notifications/read-all").isProblem(401, "unauthorized");
    assertThat(stranger.get("/notifications").json().get("content")).isEmpty();
    assertThat(user.unread()).isEqualTo(1);
  }

  @Test
  void requireATokenAndAllowNoOtherDestination() {
    try (StompClient client = StompClient.open(user.url())) {
      client.send("CONNECT", "accept-version:1.2", "Authorization:Bearer nonsense");
      client.isRefused();
    }
    try (StompClient client = StompClient.of(user)) {
      client.send("SUBSCRIBE", "id:1", "destination:/topic/notes");
      client.isRefused();
    }
    try (StompClient client = StompClient.of(user)) {
      client.send(
          "SEND",
          "destination:/app/token",
          "Authorization:" + annals.newUser().headers().get("Authorization"));
      client.isRefused();
    }
  }

  private static List<JsonNode> messages(StompClient client, int count) {
    List<JsonNode> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(Json.parse(client.message()));
    }
    return messages;
  }

  private static List<Long> sequences(List<JsonNode> messages) {
    return messages.stream().map(it -> it.get("sequence").asLong()).toList();
  }

  private static List<Long> upTo(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }
}
