package dev.annals.command.identity;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.api.ApiPaths;
import dev.annals.base.security.Role;
import dev.annals.command.Database;
import dev.annals.command.identity.PasswordResetCommand.RequestPasswordReset;
import dev.annals.command.identity.UserCommand.ResetPassword;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.key.TokenIssuer;
import dev.annals.command.identity.reset.ResetTokens;
import dev.annals.command.identity.session.Sessions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Changes the password or ends the session of a request between its check and its change: the
 * request waits for a lock that the test holds.
 */
class CheckedThenChangedTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String PASSWORD = "correct horse battery";
  private static final Set<Role> ALL = EnumSet.allOf(Role.class);

  private static Database database;
  private static ConfigurableApplicationContext program;

  private UUID asking;
  private UUID target;
  private Sessions.Open session;
  private String token;

  /** An endpoint that changes the account of the caller or of another user. */
  private record Change(String method, String pattern, String body) {

    boolean own() {
      return !pattern.startsWith("/admin/");
    }

    String path(UUID id) {
      return pattern.replace("{id}", id.toString());
    }
  }

  static List<Change> changes() {
    return List.of(
        new Change(
            "POST",
            "/auth/change-password",
            """
            {"currentPassword": "correct horse battery", "newPassword": "another horse battery"}
            """),
        new Change("POST", "/auth/logout-all", ""),
        new Change("POST", "/auth/verify-email/resend", ""),
        new Change("DELETE", "/auth/sessions/{id}", ""),
        new Change(
            "PUT",
            "/users/me",
            """
            {"displayName": "Bert", "dailySummary": false}
            """),
        new Change(
            "POST",
            "/users/me/erase",
            """
            {"password": "correct horse battery"}
            """),
        new Change(
            "PUT",
            "/admin/users/{id}/roles",
            """
            {"roles": ["USER"]}
            """),
        new Change("POST", "/admin/users/{id}/disable", ""),
        new Change("POST", "/admin/users/{id}/enable", ""),
        new Change("DELETE", "/admin/users/{id}", ""));
  }

  @BeforeAll
  static void start() {
    database = Database.create();
    program = database.start();
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @BeforeEach
  void twoAdministrators() {
    asking = register();
    target = register();
    session = open(asking);
    token = program.getBean(TokenIssuer.class).issue(asking, session.sessionId(), ALL);
  }

  @Test
  void coversEachEndpointThatChangesAUser() {
    Set<String> known =
        program
            .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
            .getHandlerMethods()
            .entrySet()
            .stream()
            .filter(
                each ->
                    each.getValue()
                            .getBeanType()
                            .getPackageName()
                            .startsWith("dev.annals.command.identity.")
                        && each.getKey().getPatternValues().stream()
                            .noneMatch(ApiPaths.ACCESS::isOpen))
            .flatMap(
                each ->
                    each.getKey().getMethodsCondition().getMethods().stream()
                        .filter(method -> method != RequestMethod.GET)
                        .flatMap(
                            method ->
                                each.getKey().getPatternValues().stream()
                                    .map(pattern -> method + " " + pattern)))
            // It changes no user.
            .filter(endpoint -> !endpoint.equals("POST /admin/keys/rotate"))
            .collect(toSet());
    assertThat(known)
        .containsExactlyInAnyOrderElementsOf(
            changes().stream().map(change -> change.method() + " " + change.pattern()).toList());
  }

  @ParameterizedTest
  @MethodSource("changes")
  void refusesWith401WhenTheSessionEndsDuringTheRequest(Change change) {
    UUID changed = change.own() ? asking : target;
    Sessions.Open other = open(changed);

    HttpResponse<String> answer =
        meanwhile(
            changed,
            () ->
                send(change, change.pattern().contains("/sessions/") ? other.sessionId() : target),
            jdbc ->
                jdbc.sql("delete from identity.session where id = ?")
                    .param(session.sessionId())
                    .update());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertUntouched(changed, other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/auth/change-password", "/users/me/erase"})
  void refusesWith400WhenThePasswordChangesDuringTheRequest(String path) {
    Sessions.Open other = open(asking);
    Change change =
        changes().stream().filter(each -> each.pattern().equals(path)).findAny().orElseThrow();

    HttpResponse<String> answer =
        meanwhile(
            asking,
            () -> send(change, asking),
            jdbc ->
                jdbc.sql("update identity.account set password_hash = 'other' where user_id = ?")
                    .param(asking)
                    .update());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("urn:problem:bad-credentials");
    assertThat(accounts().find(asking).orElseThrow().passwordHash()).isEqualTo("other");
    assertUntouched(asking, other);
  }

  @Test
  void locksTheAccountBeforeTheResetToken() {
    UUID request = UUID.randomUUID();
    commands()
        .sendAndWait(
            new RequestPasswordReset(request, asking, Instant.parse("2099-01-01T00:00:00Z")));
    OpaqueToken resetToken = program.getBean(ResetTokens.class).issue(request).orElseThrow();

    CompletableFuture<?> both =
        program
            .getBean(TransactionTemplate.class)
            .execute(
                status -> {
                  lock(asking);
                  CompletableFuture<?> reset =
                      CompletableFuture.runAsync(
                          () ->
                              commands()
                                  .sendAndWait(
                                      new ResetPassword(asking, resetToken, "of the reset")));
                  await().until(() -> waiting() == 1);
                  // Fails if the reset has locked the token before the account: a deadlock.
                  program
                      .getBean(JdbcClient.class)
                      .sql(
                          "select true from identity.reset_token where user_id = ? for update nowait")
                      .param(asking)
                      .query(Boolean.class)
                      .single();
                  return reset;
                });
    both.join();
    assertThat(accounts().find(asking).orElseThrow().passwordHash()).isEqualTo("of the reset");
  }

  private HttpResponse<String> meanwhile(
      UUID held,
      Supplier<CompletableFuture<HttpResponse<String>>> request,
      Consumer<JdbcClient> event) {
    CompletableFuture<HttpResponse<String>> answer =
        program
            .getBean(TransactionTemplate.class)
            .execute(
                status -> {
                  lock(held);
                  CompletableFuture<HttpResponse<String>> waiting = request.get();
                  await().until(() -> waiting.isDone() || waiting() > 0);
                  event.accept(program.getBean(JdbcClient.class));
                  return waiting;
                });
    return answer.join();
  }

  private static void lock(UUID user) {
    JdbcClient jdbc = program.getBean(JdbcClient.class);
    jdbc.sql("select true from identity.account where user_id = ? for update")
        .param(user)
        .query(Boolean.class)
        .single();
  }

  private void assertUntouched(UUID user, Sessions.Open other) {
    UserDetails now = program.getBean(Users.class).find(user);
    assertThat(now.version()).isZero();
    assertThat(now.enabled()).isTrue();
    assertThat(program.getBean(Sessions.class).of(user, user))
        .extracting(Sessions.Live::id)
        .contains(other.sessionId());
  }

  private CompletableFuture<HttpResponse<String>> send(Change change, UUID id) {
    String port = program.getEnvironment().getProperty("local.server.port");
    return HTTP.sendAsync(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + change.path(id)))
            .header("Authorization", "Bearer " + token)
            .header("If-Match", "*")
            .header("Content-Type", "application/json")
            .method(change.method(), HttpRequest.BodyPublishers.ofString(change.body()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static UUID register() {
    return program
        .getBean(Users.class)
        .register(UUID.randomUUID() + "@example.org", PASSWORD, "Anna", ALL, false)
        .id();
  }

  private static Sessions.Open open(UUID user) {
    return program.getBean(Sessions.class).open(accounts().find(user).orElseThrow(), "Test");
  }

  private static Accounts accounts() {
    return program.getBean(Accounts.class);
  }

  private static CommandGateway commands() {
    return program.getBean(CommandGateway.class);
  }

  private static long waiting() {
    return database
        .jdbc()
        .sql(
            "select count(*) from pg_stat_activity"
                + " where wait_event_type = 'Lock' and datname = current_database()")
        .query(Long.class)
        .single();
  }
}
