package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.StartsItsOwnPrograms;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Rate limits, on a separate program with low limits. */
@StartsItsOwnPrograms
class LoginLimitIT {

  private static final String WRONG = "not the password";

  @TempDir private static Path folder;
  private static AnnalsProcess program;
  private static Annals annals;

  private final Client anybody = annals.anybody();
  private final String email = Annals.newEmail();

  @BeforeAll
  static void start() throws IOException {
    program =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with("ANNALS_LIMITS_LOGIN_ACCOUNT_CAPACITY", "3")
            .with("ANNALS_LIMITS_LOGIN_ACCOUNT_WINDOW", "10m")
            .with("ANNALS_LIMITS_LOGIN_ADDRESS_CAPACITY", "60")
            .with("ANNALS_LIMITS_REFRESH_ADDRESS_CAPACITY", "2")
            .with("ANNALS_LIMITS_TASKS_PER_DAY_USER_CAPACITY", "50")
            .start();
    annals = new Annals(program.awaitReady().baseUrl(), Optional.empty());
  }

  @AfterAll
  static void stop() throws Exception {
    program.close();
  }

  @Test
  void refusesTheRightPasswordAfterTooManyWrongOnes() {
    register();
    assertThat(standing(login(email, WRONG).isProblem(401, "bad-credentials"))).isEqualTo(2);
    assertThat(standing(login(email, Annals.PASSWORD).expect(200))).isEqualTo(2);
    login(email.toUpperCase(Locale.ROOT), WRONG).isProblem(401, "bad-credentials");
    assertThat(standing(login(email, WRONG).isProblem(401, "bad-credentials"))).isZero();
    isRefused(login(email, Annals.PASSWORD));
    isRefused(login(email.toUpperCase(Locale.ROOT), WRONG));
    // Other accounts are not limited.
    login(registered(), Annals.PASSWORD).expect(200);
  }

  @Test
  void limitsUnknownAddressesLikeKnownOnes() {
    register();
    String unknown = Annals.newEmail();
    for (int i = 0; i < 5; i++) {
      Answer known = login(email, WRONG);
      Answer other = login(unknown, WRONG);
      assertThat(other.status()).isEqualTo(known.status()).isEqualTo(i < 3 ? 401 : 429);
      assertThat(other.text()).isEqualTo(known.text());
      assertThat(other.headers().map().keySet()).isEqualTo(known.headers().map().keySet());
      assertThat(other.header("RateLimit-Policy")).isEqualTo(known.header("RateLimit-Policy"));
      assertThat(standing(other)).isEqualTo(standing(known));
    }
  }

  @Test
  void reportsTheLimitInEachAnswer() {
    register();
    Answer failed = login(email, WRONG);
    assertThat(failed.header("RateLimit-Policy")).hasValue("\"login\";q=3;w=600");
    assertThat(failed.header("RateLimit").orElseThrow()).matches("\"login\";r=2;t=(600|59\\d)");
    assertThat(failed.header("Retry-After")).isEmpty();
    // Without an account the limit of the address is reported.
    for (Answer malformed :
        List.of(
            anybody.post("/auth/login", "{}").isProblem(400, "validation"),
            anybody.with("Content-Type", "text/plain").post("/auth/login", "{}").expect(415),
            anybody.post("/auth/login", " ".repeat(1 << 20) + "{}").expect(413))) {
      assertThat(malformed.header("RateLimit-Policy")).hasValue("\"login\";q=60;w=900");
      assertThat(malformed.header("RateLimit")).isPresent();
    }
    assertThat(anybody.get("/.well-known/jwks.json").header("RateLimit")).isEmpty();
  }

  @Test
  void limitsAUserToFiftyTasksADayAndReportsTheRest() {
    Client ada = annals.newUser();
    Client again = ada.with("Idempotency-Key", "\"again\"");
    assertThat(tasksLeft(again.post("/tasks", "{\"title\":\"Once\"}").expect(201))).isEqualTo(49);
    assertThat(tasksLeft(again.post("/tasks", "{\"title\":\"Once\"}").expect(201))).isEqualTo(49);
    assertThat(tasksLeft(ada.post("/tasks", "{}").isProblem(400, "validation"))).isEqualTo(49);
    assertThat(tasksLeft(ada.post("/tasks/bulk", tasks(49)).expect(201))).isZero();
    again.post("/tasks", "{\"title\":\"Once\"}").expect(201);
    again.post("/tasks", "{\"title\":\"Twice\"}").isProblem(422, "idempotency-key-reuse");

    Answer refused = ada.post("/tasks", "{\"title\":\"One too many\"}").expect(429);

    assertThat(refused.text("/type"))
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(refused.text("/violated-policies/0")).isEqualTo("tasks-per-day");
    assertThat(refused.header("RateLimit-Policy")).hasValue("\"tasks-per-day\";q=50;w=86400");
    assertThat(refused.header("Retry-After")).isPresent();
    assertThat(annals.newUser().post("/tasks/bulk", tasks(51)).expect(429).header("RateLimit"))
        .hasValueSatisfying(it -> assertThat(it).startsWith("\"tasks-per-day\";r=50;t="));
    anybody.post("/tasks", "{}").expect(401);
  }

  @Test
  void createsABatchOnceForConcurrentRequestsThatTogetherExceedTheLimit() throws Exception {
    Client ada = annals.newUser().with("Idempotency-Key", "\"batch\"");

    List<Answer> answers = atOnce(20, () -> ada.post("/tasks/bulk", tasks(30)).expect(201));

    assertThat(answers.stream().map(Answer::json).distinct()).hasSize(1);
    assertThat(tasksLeft(ada.post("/tasks/bulk", tasks(30)).expect(201))).isEqualTo(20);
  }

  @Test
  void limitsRefreshesByAddressForAnyBody() {
    anybody.post("/auth/refresh", "{}").isProblem(400, "validation");
    anybody
        .post("/auth/refresh", "{\"refreshToken\":\"guess\"}")
        .isProblem(401, "invalid-refresh-token");
    Answer refused = anybody.post("/auth/refresh", "{").expect(429);
    assertThat(refused.header("RateLimit-Policy")).hasValue("\"refresh\";q=2;w=60");
  }

  private static String tasks(int count) {
    return "{\"tasks\":["
        + String.join(",", Collections.nCopies(count, "{\"title\":\"One of many\"}"))
        + "]}";
  }

  private static int tasksLeft(Answer answer) {
    return Integer.parseInt(
        answer.header("RateLimit").orElseThrow().replaceAll("\"tasks-per-day\";r=(\\d+);.*", "$1"));
  }

  @Test
  void limitsAnAddressToThreeMailsKnownOrNot() {
    register();
    String unknown = Annals.newEmail();
    for (int i = 0; i < 5; i++) {
      String spelling = i % 2 == 0 ? email : email.toUpperCase(Locale.ROOT);
      Answer known = forgot(spelling);
      Answer other = forgot(unknown);
      assertThat(other.status()).isEqualTo(known.status()).isEqualTo(i < 3 ? 202 : 429);
      assertThat(other.text()).isEqualTo(known.text());
      assertThat(other.headers().map().keySet()).isEqualTo(known.headers().map().keySet());
      assertThat(known.header("RateLimit-Policy")).hasValue("\"forgot-password\";q=3;w=3600");
      assertThat(known.header("RateLimit").orElseThrow())
          .matches("\"forgot-password\";r=%d;t=3\\d{3}".formatted(Math.max(0, 2 - i)));
    }
    forgot("").expect(202);
  }

  @Test
  void limitsConcurrentGuesses() throws Exception {
    register();
    List<Integer> statuses =
        atOnce(30, () -> login(email, WRONG)).stream().map(Answer::status).toList();
    assertThat(statuses).filteredOn(status -> status == 401).hasSize(3);
    assertThat(statuses).filteredOn(status -> status == 429).hasSize(27);
  }

  @Test
  void answers429WithRetryAfterToExcessConcurrentLogins() throws Exception {
    register();
    List<Answer> answers = atOnce(30, () -> login(email, Annals.PASSWORD));
    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSizeGreaterThanOrEqualTo(3);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .allSatisfy(answer -> assertThat(answer.expect(429).header("Retry-After")).hasValue("1"));
    assertThat(standing(login(email, Annals.PASSWORD).expect(200))).isEqualTo(3);
  }

  @Test
  void reportsAMalformedBodyBeforeTheLimitAndTheLimitBeforeTheLock() {
    register();
    for (int i = 0; i < 3; i++) {
      login(email, WRONG).expect(401);
    }
    isRefused(login(email, WRONG));
    anybody
        .post("/auth/login", Json.object("email", email, "password", 12))
        .isInvalidAt("/password");
  }

  /** Returns a client with its own address, which shares no limit with other tests. */
  @Test
  void refusesALimitedAddressBeforeReadingItsBody() throws IOException {
    for (int i = 0; i < 60; i++) {
      assertThat(fromElsewhere("application/json", Annals.login(Annals.newEmail(), WRONG)))
          .startsWith("HTTP/1.1 401 ");
    }
    for (String body : List.of(Annals.login(Annals.newEmail(), Annals.PASSWORD), "{", "")) {
      for (String type : List.of("application/json", "text/plain")) {
        assertThat(fromElsewhere(type, body))
            .startsWith("HTTP/1.1 429 ")
            .contains("\r\nRateLimit-Policy: \"login\";q=60;w=900\r\n")
            .contains("\r\nRateLimit: \"login\";r=0;t=")
            .contains("\r\nRetry-After: ");
      }
    }
    assertThat(fromElsewhere("application/json", " ".repeat((1 << 20) + 1)))
        .startsWith("HTTP/1.1 413 ")
        .contains("\r\nRateLimit: \"login\";r=0;t=");
    login(registered(), Annals.PASSWORD).expect(200);
  }

  private static List<Answer> atOnce(int times, Callable<Answer> request) throws Exception {
    ExecutorService people = Executors.newFixedThreadPool(times);
    try {
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> answer : people.invokeAll(Collections.nCopies(times, request))) {
        answers.add(answer.get());
      }
      return answers;
    } finally {
      people.shutdownNow();
    }
  }

  private static void isRefused(Answer answer) {
    answer.expect(429);
    assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = answer.json();
    assertThat(problem.get("type").asString())
        .isEqualTo("https://iana.org/assignments/http-problem-types#quota-exceeded");
    assertThat(problem.get("status").asInt()).isEqualTo(429);
    assertThat(Json.texts(problem.get("violated-policies"))).containsExactly("login");
    assertThat(answer.header("RateLimit-Policy")).hasValue("\"login\";q=3;w=600");
    assertThat(standing(answer)).isZero();
    assertThat(Integer.parseInt(answer.header("Retry-After").orElseThrow())).isBetween(500, 600);
  }

  /** Returns the remaining requests of a limit. */
  private static int standing(Answer answer) {
    return Integer.parseInt(
        answer.header("RateLimit").orElseThrow().replaceFirst("\"login\";r=(\\d+);t=\\d+", "$1"));
  }

  private Answer forgot(String address) {
    return anybody.post("/auth/forgot-password", Json.object("email", address));
  }

  private Answer login(String address, String password) {
    return anybody.post("/auth/login", Annals.login(address, password));
  }

  private void register() {
    anybody.post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada")).expect(201);
  }

  private String registered() {
    String another = Annals.newEmail();
    anybody
        .post("/auth/register", Annals.registration(another, Annals.PASSWORD, "Ada"))
        .expect(201);
    return another;
  }

  private static String fromElsewhere(String type, String body) throws IOException {
    InetAddress elsewhere = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), annals.url().getPort(), elsewhere, 0)) {
      String head =
          "POST /auth/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(type, body.length());
      socket.getOutputStream().write((head + body).getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
