package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StreamClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Streams of notifications and of the audit, through the entrance of the deployment. */
@ExtendWith(Deployment.class)
class StreamsIT {

  private static final String NOTIFICATIONS = "/notifications/stream";
  private static final String EVENTS = "/audit/events/stream";

  private final Annals annals;
  private final Client auditor;
  private final Client user;
  private final String userId;

  StreamsIT(Annals annals) {
    this.annals = annals;
    auditor = annals.admin();
    user = annals.newUser();
    userId = user.get("/users/me").id();
  }

  @Test
  void sendEachNotificationOnceToAClientThatReconnectsDuringWrites() {
    CompletableFuture<Void> writes =
        CompletableFuture.runAsync(
            () ->
                IntStream.range(0, 60)
                    .parallel()
                    .forEach(i -> user.post("/notes", Kind.NOTE.creation).expect(201)));
    List<Long> seen = new ArrayList<>();
    while (seen.size() < 60) {
      String last = seen.isEmpty() ? "0" : seen.get(seen.size() - 1).toString();
      try (StreamClient client =
          StreamClient.of(user, NOTIFICATIONS, "Last-Event-ID", last).begun()) {
        seen.addAll(client.ids("notification", Math.min(7, 60 - seen.size())));
      }
    }
    writes.join();
    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 60).boxed().toList());
  }

  @Test
  void endWithTheSession() {
    Client another = annals.newUser();
    try (StreamClient client = StreamClient.of(another, NOTIFICATIONS).begun()) {
      another.post("/auth/logout-all").expect(204);
      client.ends("revoked");
    }
  }

  @Test
  void ofTheAuditSendsTheEventsOfTheListAndThenLaterOnes() {
    user.post("/notes", Kind.NOTE.creation).expect(201);
    JsonNode listed = eventsOfUser();
    long first = listed.at("/0/position").asLong();
    try (StreamClient client =
            StreamClient.of(auditor, EVENTS + "?actor=" + userId + "&after=0").begun();
        StreamClient later =
            StreamClient.of(
                    auditor,
                    EVENTS + "?actor=" + userId + "&after=0",
                    "Last-Event-ID",
                    Long.toString(first))
                .begun()) {
      for (JsonNode event : listed) {
        StreamClient.Event streamed = client.next();
        assertThat(streamed.name()).isEqualTo("event");
        assertThat(streamed.id()).isEqualTo(event.get("position").asLong());
        assertThat(Json.parse(streamed.data())).isEqualTo(event);
      }
      user.post("/notes", Kind.NOTE.creation).expect(201);
      user.post("/tasks", Kind.TASK.creation).expect(201);

      JsonNode all = eventsOfUser();
      List<Long> positions = new ArrayList<>();
      all.forEach(event -> positions.add(event.get("position").asLong()));
      assertThat(client.ids("event", all.size() - listed.size()))
          .isEqualTo(positions.subList(listed.size(), all.size()));
      assertThat(later.ids("event", all.size() - 1)).isEqualTo(positions.subList(1, all.size()));
    }
  }

  @Test
  void ofTheAuditBeginsWithTheNextEventThatItsFiltersSelect() {
    user.post("/notes", Kind.NOTE.creation).expect(201);
    String from = Instant.now().toString();
    String query = "?aggregateType=Note&type=NoteCreated&from=" + from + "&actor=" + userId;
    try (StreamClient client = StreamClient.of(auditor, EVENTS + query).begun();
        StreamClient own =
            StreamClient.of(auditor, EVENTS + "?correlationId=stream-" + userId).begun()) {
      user.post("/tasks", Kind.TASK.creation).expect(201);
      String note =
          user.with("X-Request-Id", "stream-" + userId)
              .post("/notes", Kind.NOTE.creation)
              .expect(201)
              .id();
      String another = user.post("/notes", Kind.NOTE.creation).expect(201).id();

      assertThat(Json.parse(client.next().data()).get("aggregateId").asString()).isEqualTo(note);
      assertThat(Json.parse(client.next().data()).get("aggregateId").asString()).isEqualTo(another);
      assertThat(Json.parse(own.next().data()).get("aggregateId").asString()).isEqualTo(note);
      client.hasNothingMore();
      own.hasNothingMore();
    }
  }

  @Test
  void ofTheAuditRefusesPositionsThatAreMalformedOrBeyondTheNewest() {
    for (String after : List.of("x", "-1", "", "9000000000000000000")) {
      auditor.get(EVENTS + "?after=" + after).isInvalidAt("?after");
    }
    auditor.get(EVENTS + "?from=yesterday&after=x").isInvalidAt("?from", "?after");
    for (String id : List.of("x", "-1", "900000000000000000")) {
      auditor.with("Last-Event-ID", id).get(EVENTS).isProblem(400, "bad-request");
    }
    auditor.get(EVENTS + "?to=x&limit=x").expect(200);
    user.get(EVENTS).isProblem(403, "forbidden");
  }

  private JsonNode eventsOfUser() {
    return auditor.get("/audit/events?actor=" + userId).expect(200).json().get("events");
  }
}
