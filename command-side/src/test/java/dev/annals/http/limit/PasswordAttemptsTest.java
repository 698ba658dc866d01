package dev.annals.http.limit;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.command.CommandProblem;
import dev.annals.command.Database;
import dev.annals.command.RefusesCommand;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** Tests that wrong passwords of all endpoints share a limit, and that hashing is queued. */
class PasswordAttemptsTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String RIGHT = "correct horse battery";
  private static final String WRONG = "wrong horse battery";
  private static final String ACCOUNT = "\"login\";q=10;w=900";
  private static final String ADDRESS = "\"login\";q=100;w=900";

  private static ConfigurableApplicationContext program;
  private static int addresses;

  private final String address = "198.51.100." + ++addresses;
  private final Person anna = register();

  private record Person(String email, String token) {}

  /**
   * An endpoint that checks a password.
   *
   * @param body with placeholders for the address and the password
   */
  private record Attempt(String path, int right, int wrong, String body) {

    String of(Person person, String password) {
      return body.replace("EMAIL", person.email()).replace("PASSWORD", password);
    }
  }

  static List<Attempt> attempts() {
    return List.of(
        new Attempt(
            "/auth/login",
            200,
            401,
            """
            {"email": "EMAIL", "password": "PASSWORD"}
            """),
        new Attempt(
            "/auth/change-password",
            204,
            400,
            """
            {"currentPassword": "PASSWORD", "newPassword": "another horse battery"}
            """),
        new Attempt(
            "/users/me/erase",
            202,
            400,
            """
            {"password": "PASSWORD"}
            """));
  }

  @Configuration(proxyBeanMethods = false)
  static class OneAtATime {

    @Bean
    @Primary
    FairProcessors oneAtATime() {
      return new FairProcessors(1, Duration.ofSeconds(1), () -> "an address");
    }
  }

  @BeforeAll
  static void start() {
    program =
        Database.create().start(new String[] {"--annals.proxies=127.0.0.0/8"}, OneAtATime.class);
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @Test
  void attemptsCoverEachEndpointThatRefusesPasswords() {
    Set<String> known =
        program
            .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
            .getHandlerMethods()
            .entrySet()
            .stream()
            .filter(
                each ->
                    Stream.ofNullable(each.getValue().getMethodAnnotation(RefusesCommand.class))
                        .flatMap(refuses -> Arrays.stream(refuses.value()))
                        .anyMatch(
                            problem ->
                                problem == CommandProblem.BAD_CREDENTIALS
                                    || problem == CommandProblem.WRONG_PASSWORD))
            .flatMap(each -> each.getKey().getPatternValues().stream())
            .collect(toSet());
    assertThat(known)
        .containsExactlyInAnyOrderElementsOf(attempts().stream().map(Attempt::path).toList());
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void refusesEvenTheRightPasswordAfterTenWrongOnes(Attempt attempt) {
    for (int left = 9; left >= 0; left--) {
      HttpResponse<String> answer = send(attempt, anna, WRONG);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(attempt.wrong());
      assertThat(answer.body()).contains("urn:problem:bad-credentials");
      assertShown(answer, ACCOUNT, left);
      assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
    }
    for (Attempt any : attempts()) {
      HttpResponse<String> answer = send(any, anna, RIGHT);
      assertThat(answer.statusCode()).as(any.path()).isEqualTo(429);
      assertThat(answer.body())
          .contains("https://iana.org/assignments/http-problem-types#quota-exceeded")
          .contains("\"violated-policies\":[\"login\"]");
      assertShown(answer, ACCOUNT, 0);
      assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
          .isBetween(800, 900);
    }
    assertThat(get("/users/me", anna).body()).contains("\"version\":0");
  }

  @Test
  void allEndpointsShareOneLimit() {
    int left = 10;
    for (int i = 0; i < 3; i++) {
      for (Attempt attempt : attempts()) {
        assertShown(send(attempt, anna, WRONG), ACCOUNT, --left);
      }
    }
    assertThat(left).isEqualTo(1);
    HttpResponse<String> byAnotherSpelling =
        post(
            "/auth/login",
            anna,
            attempts().get(0).body().replace("EMAIL", anna.email().toUpperCase(Locale.ROOT)));
    assertShown(byAnotherSpelling, ACCOUNT, 0);
    assertThat(send(attempts().get(1), anna, RIGHT).statusCode()).isEqualTo(429);
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void aRightPasswordCostsNothing(Attempt attempt) {
    assertShown(send(attempts().get(2), anna, WRONG), ACCOUNT, 9);
    HttpResponse<String> answer = send(attempt, anna, RIGHT);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(attempt.right());
    assertShown(answer, ACCOUNT, 9);
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void checksExactlyTenOfTwentyConcurrentWrongPasswords(Attempt attempt) {
    List<CompletableFuture<HttpResponse<String>>> sent =
        IntStream.range(0, 20)
            .mapToObj(i -> sendAsync(attempt.path(), anna, attempt.of(anna, WRONG)))
            .toList();
    List<HttpResponse<String>> answers = sent.stream().map(CompletableFuture::join).toList();
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == attempt.wrong())
        .hasSize(10)
        .allSatisfy(answer -> assertThat(answer.body()).contains("urn:problem:bad-credentials"));
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 429)
        .hasSize(10)
        .allSatisfy(answer -> assertThat(answer.headers().firstValue("Retry-After")).isPresent());
    assertShown(send(attempt, anna, RIGHT), ACCOUNT, 0);
  }

  @ParameterizedTest
  @MethodSource("attempts")
  void everyAnswerShowsTheLimitAndMalformedBodiesAreReportedFirst(Attempt attempt) {
    for (int i = 0; i < 10; i++) {
      send(attempt, anna, WRONG);
    }
    boolean own = !attempt.path().equals("/auth/login");
    for (String malformed : List.of("{}", "{", "[]")) {
      HttpResponse<String> answer = post(attempt.path(), anna, malformed);
      assertThat(answer.statusCode()).as(malformed).isEqualTo(400);
      assertShown(answer, own ? ACCOUNT : ADDRESS, own ? 0 : 90);
    }
    HttpResponse<String> tooLarge = post(attempt.path(), anna, " ".repeat((1 << 20) + 1));
    assertThat(tooLarge.statusCode()).isEqualTo(413);
    assertShown(tooLarge, ADDRESS, 90);
    if (own) {
      HttpResponse<String> stranger = post(attempt.path(), new Person("", "none"), "{}");
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertShown(stranger, ADDRESS, 90);
    }
  }

  @Test
  void anAddressIsRefusedAfter100FailuresBelowAuthBeforeAllOtherChecks() {
    for (int left = 99; left >= 0; left--) {
      Person unknown = new Person(UUID.randomUUID() + "@example.org", "none");
      assertThat(send(attempts().get(0), unknown, WRONG).statusCode()).isEqualTo(401);
    }
    Person stranger = new Person("", "none");
    for (String path : List.of("/auth/login", "/auth/change-password")) {
      HttpResponse<String> answer = post(path, stranger, "{");
      assertThat(answer.statusCode()).as(path).isEqualTo(429);
      assertShown(answer, ADDRESS, 0);
    }
    assertThat(post("/users/me/erase", stranger, "{}").statusCode()).isEqualTo(401);
    assertThat(post("/users/me/erase", anna, "{}").statusCode()).isEqualTo(400);
    HttpResponse<String> erase = send(attempts().get(2), anna, RIGHT);
    assertThat(erase.statusCode()).isEqualTo(429);
    assertShown(erase, ADDRESS, 0);
    assertThat(get("/users/me", anna).statusCode()).isEqualTo(200);
  }

  @Test
  void answers503WithoutSpendingIfHashingWaitsTooLong() {
    String hash =
        """
        insert into identity.reset_token (user_id, request_id, token_hash, expires_at)
        select user_id, gen_random_uuid(), sha256('a token'), now() + interval '1 minute'
        from identity.email_claim where email = ?
        """;
    program.getBean(JdbcClient.class).sql(hash).param(anna.email()).update();
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    CompletableFuture<Boolean> work =
        CompletableFuture.supplyAsync(
            () ->
                program
                    .getBean(FairProcessors.class)
                    .run(
                        "",
                        "Busy.",
                        () -> {
                          running.countDown();
                          await().forever().until(() -> end.getCount() == 0);
                          return true;
                        }));
    await().until(() -> running.getCount() == 0);

    Stream<CompletableFuture<HttpResponse<String>>> passwords =
        attempts().stream().map(it -> sendAsync(it.path(), anna, it.of(anna, WRONG)));
    Stream<CompletableFuture<HttpResponse<String>>> others =
        Stream.of(
            sendAsync(
                "/auth/login",
                anna,
                "{\"email\": \"nobody@example.org\", \"password\": \"wrong horse battery\"}"),
            sendAsync(
                "/auth/register",
                anna,
                "{\"email\": \"new@example.org\", \"password\": \"correct horse battery\","
                    + " \"displayName\": \"New\"}"),
            sendAsync(
                "/auth/reset-password",
                anna,
                "{\"token\": \"a token\", \"newPassword\": \"another horse battery\"}"),
            sendAsync("/auth/forgot-password", anna, "{\"email\": \"nobody@example.org\"}"));
    List<HttpResponse<String>> answers =
        Stream.concat(passwords, others).toList().stream().map(CompletableFuture::join).toList();
    end.countDown();

    assertThat(work.join()).isTrue();
    assertThat(answers)
        .hasSize(7)
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).as(answer.uri().getPath()).isEqualTo(503);
              assertThat(answer.body()).contains("urn:problem:unavailable");
              assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
            });
    for (Attempt attempt : attempts()) {
      HttpResponse<String> answer = send(attempt, anna, attempt.right() == 204 ? WRONG : RIGHT);
      assertShown(answer, ACCOUNT, attempt.right() == 200 ? 10 : 9);
    }
  }

  private Person register() {
    String email = UUID.randomUUID() + "@example.org";
    Person person = new Person(email, "none");
    assertThat(
            post(
                    "/auth/register",
                    person,
                    "{\"email\": \"%s\", \"password\": \"%s\", \"displayName\": \"Anna\"}"
                        .formatted(email, RIGHT))
                .statusCode())
        .isEqualTo(201);
    String tokens = send(attempts().get(0), person, RIGHT).body();
    return new Person(email, JsonMapper.shared().readTree(tokens).get("accessToken").asString());
  }

  private static void assertShown(HttpResponse<String> answer, String policy, int left) {
    assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue(policy);
    assertThat(answer.headers().firstValue("RateLimit").orElseThrow())
        .matches("\"login\";r=" + left + ";t=[89]\\d\\d");
  }

  private HttpResponse<String> send(Attempt attempt, Person person, String password) {
    return post(attempt.path(), person, attempt.of(person, password));
  }

  private HttpResponse<String> post(String path, Person person, String body) {
    return sendAsync(path, person, body).join();
  }

  private HttpResponse<String> get(String path, Person person) {
    return HTTP.sendAsync(request(path, person).build(), HttpResponse.BodyHandlers.ofString())
        .join();
  }

  private CompletableFuture<HttpResponse<String>> sendAsync(
      String path, Person person, String body) {
    return HTTP.sendAsync(
        request(path, person)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path, Person person) {
    String port = program.getEnvironment().getProperty("local.server.port");
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
        .header("Authorization", "Bearer " + person.token())
        .header("X-Forwarded-For", address);
  }
}
