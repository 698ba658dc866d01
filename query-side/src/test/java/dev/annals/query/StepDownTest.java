package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.api.ChangeKind;
import dev.annals.base.security.Role;
import dev.annals.http.security.TestTokens;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.projection.deadletter.DeadLetters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program while MongoDB's primary steps down. */
class StepDownTest {

  private static final UUID ANN = new UUID(1, 1);

  private final ReplicaSet mongo = new ReplicaSet();
  private final HttpClient client = HttpClient.newHttpClient();
  private ConfigurableApplicationContext program;

  @BeforeEach
  void start() {
    program =
        new SpringApplicationBuilder(QueryProgram.class)
            .run(
                "--server.port=0",
                "--management.server.port=-1",
                "--spring.mongodb.uri=" + mongo.uri(),
                "--spring.mongodb.database=annals");
    // Creating an index during writes can damage the embedded server's.
    await().until(() -> mongo.commandsWithoutTimeLimit().size() == 6);
    append(1);
    assertThat(get(2, token(1)).statusCode()).isEqualTo(200);
  }

  @AfterEach
  void stop() {
    program.close();
    mongo.close();
  }

  @Test
  void repeatsReadsAndWritesWhenAnotherMemberIsElectedSoon() {
    mongo.stepDown();
    append(2);
    append(3);
    mongo.elect();

    assertThat(get(2, token(3)).statusCode()).isEqualTo(200);
    assertThat(mongo.commandsAtSecondary()).contains("notes update", "notes aggregate");
    hasThreeNotesAndThreeNotifications();
  }

  @Test
  @Tag("long") // A read waits for three seconds.
  void answers503UntilAMemberIsElectedAndThenLosesNothing() {
    mongo.stepDown();
    append(2);

    HttpResponse<String> refused = get(5, "");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("urn:problem:unavailable");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();

    append(3);
    mongo.elect();
    await().atMost(Duration.ofSeconds(10)).until(() -> get(9, token(3)).statusCode() == 200);
    hasThreeNotesAndThreeNotifications();
  }

  private void hasThreeNotesAndThreeNotifications() {
    assertThat(json(get(5, "")).get("page").get("totalElements").asLong()).isEqualTo(3);
    await().until(() -> numbers().size() == 3);
    assertThat(numbers()).isEqualTo(numbers().stream().distinct().sorted().toList());
    assertThat(List.of("notes", "tasks", "notifications"))
        .map(program.getBean(DeadLetters.class)::count)
        .containsOnly(0L);
  }

  /** Returns the numbers of the notifications in the order of their notes. */
  private List<Long> numbers() {
    JsonNode page = json(send(request(5, "/notifications?after=0")));
    return LongStream.range(0, page.get("content").size())
        .map(i -> page.get("content").get((int) i).get("sequence").asLong())
        .boxed()
        .toList();
  }

  private void append(int number) {
    UUID id = new UUID(2, number);
    program
        .getBean(EventStorageEngine.class)
        .appendEvents(Stream.of(note().titled("N" + number).created(id, ANN)).messages());
  }

  private static String token(int number) {
    return TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, new UUID(2, number), 0));
  }

  private HttpResponse<String> get(int seconds, String token) {
    HttpRequest.Builder request = request(seconds, "/notes");
    return send(token.isEmpty() ? request : request.header(ConsistencyToken.HEADER, token));
  }

  private HttpRequest.Builder request(int seconds, String path) {
    String port = program.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .timeout(Duration.ofSeconds(seconds))
        .header("Authorization", "Bearer " + TestTokens.of(ANN, Role.USER));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }
}
