package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.api.ChangeKind;
import dev.annals.base.security.Role;
import dev.annals.base.web.RequestId;
import dev.annals.http.security.TestTokens;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.projection.model.TestMongo;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/**
 * The cost of requests that wait for a change in a read model, in a program with four request
 * threads.
 */
@SpringBootTest(
    classes = {QueryProgram.class, WaitingRequestsTest.Looks.class},
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=-1",
      "server.tomcat.threads.max=4",
      "server.tomcat.threads.min-spare=4"
    })
@ExtendWith(OutputCaptureExtension.class)
class WaitingRequestsTest {

  private static final int USERS = 5;
  private static final int MOST = 20;

  private static TestMongo mongo;

  @LocalServerPort private int port;
  @Autowired private EventStorageEngine events;
  @Autowired private MeterRegistry metrics;
  @Autowired private Looks looks;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final UUID note = UUID.randomUUID();
  private final UUID other = UUID.randomUUID();

  @Test
  void aHundredRequestsWaitWithoutThreadsAndShareQueries(CapturedOutput output) {
    String token = TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, note, 0));
    long before = answered("200");
    List<UUID> users = new ArrayList<>();
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int user = 0; user < USERS; user++) {
      users.add(UUID.randomUUID());
      for (int i = 0; i < MOST; i++) {
        waiting.add(send(request(users.get(user), "/notes", token, user + "-" + i)));
      }
    }
    await().until(() -> underWay() == USERS * MOST);

    looks.found.clear();
    long began = System.nanoTime();
    // This change never appears.
    String never = TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, note, 1));
    HttpResponse<String> oneMore = send(request(users.get(0), "/notes", never, "more")).join();
    for (int i = 0; i < 5; i++) {
      assertThat(send(request(other, "/notes", "", "other")).join().statusCode()).isEqualTo(200);
    }
    await().until(() -> looks.found.size() > 5);
    int found = looks.found.size();
    long ticks = Duration.ofNanos(System.nanoTime() - began).toMillis() / 10;

    isProblem(oneMore, 429, "too-many-requests");
    assertThat(oneMore.headers().firstValue("Retry-After")).hasValue("1");
    // The added request has queried on its own.
    assertThat((long) found).isLessThanOrEqualTo(ticks + 3);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);

    events.appendEvents(Stream.of(note().titled("T").created(note, users.get(0))).messages());

    for (CompletableFuture<HttpResponse<String>> answer : waiting) {
      assertThat(answer.join().statusCode()).isEqualTo(200);
    }
    assertThat(waiting.get(0).join().body()).contains("\"title\":\"T\"");
    await().until(() -> underWay() == 0);
    for (int user = 0; user < USERS; user++) {
      for (int i = 0; i < MOST; i++) {
        String id = user + "-" + i;
        // A separate thread writes the lines.
        await().until(() -> !lines(output, id).isEmpty());
        assertThat(lines(output, id))
            .singleElement()
            .asString()
            .containsPattern(" GET /notes 200 \\d+ms " + users.get(user) + "$");
      }
    }
    assertThat(lines(output, "more"))
        .singleElement()
        .asString()
        .containsPattern(" GET /notes 429 \\d+ms " + users.get(0) + "$");
    assertThat(answered("200") - before).isEqualTo(USERS * MOST + 5);
    assertThat(answered("429")).isEqualTo(1);
    await()
        .untilAsserted(
            () -> {
              looks.found.clear();
              await().during(Duration.ofMillis(50)).until(looks.found::isEmpty);
            });
  }

  @Test
  void answers503AfterFiveSecondsWhenAChangeDoesNotAppear(CapturedOutput output) {
    UUID user = UUID.randomUUID();
    List<DomainEventMessage<?>> stream =
        Stream.of(note().titled("T").created(note, user), note().titled("T2").updated(note, user))
            .messages();
    String token = TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, note, 1));
    List<String> paths =
        List.of("/notes", "/notes/" + note, "/notifications", "/notifications/unread-count");
    events.appendEvents(stream.get(0));
    long began = System.nanoTime();

    List<CompletableFuture<HttpResponse<String>>> waiting =
        paths.stream().map(path -> send(request(user, path, token, "behind"))).toList();

    for (CompletableFuture<HttpResponse<String>> behind : waiting) {
      isProblem(behind.join(), 503, "read-model-behind");
      assertThat(behind.join().headers().firstValue("Retry-After")).hasValue("1");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofSeconds(4));
    await().until(() -> lines(output, "behind").size() == paths.size());
    assertThat(looks.handled).filteredOn("behind"::equals).hasSize(2 * paths.size());
    assertThat(lines(output, "behind"))
        .allSatisfy(line -> assertThat(line).containsPattern(" 503 [4-9]\\d{3}ms " + user + "$"));

    events.appendEvents(stream.get(1));
    for (String path : paths) {
      assertThat(send(request(user, path, token, "seen")).join().statusCode()).isEqualTo(200);
    }
  }

  // Each would take 5 seconds and end with 503 if it waited.
  @Test
  void answersAtOnceWhenTheChangeDoesNotConcernTheResource() {
    UUID user = UUID.randomUUID();
    events.appendEvents(Stream.of(note().titled("T").created(other, user)).messages());
    String known = TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, other, 0));
    assertThat(send(request(user, "/notes", known, "known")).join().statusCode()).isEqualTo(200);
    String inbox = TestTokens.of(ConsistencyToken.of(ConsistencyToken.INBOX, user, 0));
    String token = TestTokens.of(ConsistencyToken.of(ChangeKind.NOTE, note, 0));

    for (String path : List.of("/tasks", "/notes/" + other, "/v3/api-docs", "/asyncapi")) {
      assertThat(send(request(user, path, token + "," + inbox, "at-once")).join().statusCode())
          .as(path)
          .isEqualTo(200);
    }
    // An invalid request is refused before the wait.
    isProblem(send(request(user, "/notes?size=0", token, "bad")).join(), 400, "validation");
    isProblem(send(request(user, "/notes/x", token, "none")).join(), 404, "not-found");
  }

  private static void isProblem(HttpResponse<String> answer, int status, String slug) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(JsonMapper.shared().readTree(answer.body()).get("type").asString())
        .isEqualTo("urn:problem:" + slug);
  }

  private int underWay() {
    return metrics.find("http.server.requests.active").longTaskTimers().stream()
        .mapToInt(LongTaskTimer::activeTasks)
        .sum();
  }

  private long answered(String status) {
    return metrics
        .find("http.server.requests")
        .tag("uri", "/notes")
        .tag("status", status)
        .timers()
        .stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private static List<String> lines(CapturedOutput output, String id) {
    return output.getOut().lines().filter(line -> line.contains("[" + id + "]")).toList();
  }

  private HttpRequest request(UUID user, String path, String token, String id) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + TestTokens.of(user, Role.USER))
            .header("X-Request-Id", id);
    return (token.isEmpty() ? request : request.header(ConsistencyToken.HEADER, token)).build();
  }

  private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  @AfterAll
  static void close() {
    mongo.close();
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
  }

  /** Records when the program queries the versions of notes, and when it handles a request. */
  @TestConfiguration
  static class Looks implements WebMvcConfigurer {

    private final List<CommandStartedEvent> found = new CopyOnWriteArrayList<>();
    private final List<String> handled = new CopyOnWriteArrayList<>();

    @Override
    public void addInterceptors(InterceptorRegistry interceptors) {
      interceptors.addInterceptor(
          new HandlerInterceptor() {
            @Override
            public boolean preHandle(
                HttpServletRequest request, HttpServletResponse response, Object handler) {
              handled.add(RequestId.current().orElse("nameless"));
              return true;
            }
          });
    }

    @Bean
    MongoClientSettingsBuilderCustomizer looks() {
      return settings ->
          settings.addCommandListener(
              new CommandListener() {
                @Override
                public void commandStarted(CommandStartedEvent event) {
                  if (event.getCommandName().equals("find")
                      && event.getCommand().getString("find").getValue().equals("notes")
                      && event.getCommand().getDocument("projection").containsKey("lastSequence")) {
                    found.add(event);
                  }
                }
              });
    }
  }
}
