package dev.annals.command.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.events.identity.Role;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.LiveSessions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** What of sessions cannot be seen by HTTP: what is kept, when they end, and who waits for whom. */
class SessionsTest {

  private static Database database;
  private static ConfigurableApplicationContext program;
  private static Sessions sessions;

  private final UUID userId = UUID.randomUUID();
  private Accounts.Account account;

  @BeforeAll
  static void start() {
    database = Database.create();
    program = database.start();
    sessions = program.getBean(Sessions.class);
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @BeforeEach
  void register() {
    program
        .getBean(CommandGateway.class)
        .sendAndWait(
            new RegisterUser(
                userId,
                userId + "@example.org",
                "$2a$hash",
                "Somebody",
                EnumSet.of(Role.USER),
                true));
    account = program.getBean(Accounts.class).find(userId).orElseThrow();
  }

  @Test
  void ofARefreshTokenTheHashAloneIsKept() {
    Sessions.Open session = sessions.open(account, "Test");

    String token = session.refreshToken().value();
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    List<byte[]> kept =
        database
            .jdbc()
            .sql("select token_hash from identity.refresh_token where session_id = ?")
            .param(session.sessionId())
            .query(byte[].class)
            .list();
    assertThat(kept).containsExactly(session.refreshToken().hash());
    assertThat(kept.get(0)).hasSize(32).isNotEqualTo(token.getBytes(StandardCharsets.US_ASCII));
    assertThat(session.toString()).doesNotContain(token);
  }

  @Test
  void aSessionEndsAtItsTimeHoweverOftenItIsRefreshed() {
    Sessions shortly = lasting(Duration.ofDays(30).plusSeconds(2), Duration.ofDays(-30));
    Sessions.Open first = shortly.open(account, null);
    Sessions.Open second = shortly.refresh(first.refreshToken()).orElseThrow();
    LiveSessions live = program.getBean(LiveSessions.class);

    assertThat(second.expiresAt()).isEqualTo(first.expiresAt());
    await().untilAsserted(() -> assertThat(live.among(Set.of(first.sessionId()))).isEmpty());
    assertThat(sessions.refresh(second.refreshToken())).isEmpty();
    assertThat(sessions.of(userId, first.sessionId())).isEmpty();
  }

  @Test
  void whoSignsInCleansUpWhatHasEnded() {
    Sessions.Open old = lasting(Duration.ofDays(1), Duration.ofDays(-2)).open(account, null);
    Sessions.Open next = sessions.open(account, null);
    assertThat(
            database
                .jdbc()
                .sql("select id from identity.session where user_id = ?")
                .param(userId)
                .query(UUID.class)
                .list())
        .containsExactly(next.sessionId())
        .doesNotContain(old.sessionId());
  }

  @Test
  void whoSignsInWhileThePasswordChangesIsRefused() {
    assertRefusedAfter("update identity.account set password_hash = 'other' where user_id = ?");
  }

  @Test
  void whoSignsInWhileTheAccountIsDisabledIsRefused() {
    assertRefusedAfter("update identity.account set enabled = false where user_id = ?");
  }

  private void assertRefusedAfter(String change) {
    TransactionTemplate transaction = program.getBean(TransactionTemplate.class);
    CompletableFuture<Sessions.Open> opening =
        transaction.execute(
            status -> {
              program.getBean(JdbcClient.class).sql(change).param(userId).update();
              CompletableFuture<Sessions.Open> waiting =
                  CompletableFuture.supplyAsync(() -> sessions.open(account, null));
              await().until(SessionsTest::somebodyWaitsForALock);
              return waiting;
            });

    assertThatThrownBy(opening::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.BAD_CREDENTIALS));
    assertThat(sessions.of(userId, userId)).isEmpty();
  }

  private static boolean somebodyWaitsForALock() {
    return database
        .jdbc()
        .sql(
            "select exists (select from pg_stat_activity"
                + " where wait_event_type = 'Lock' and datname = current_database())")
        .query(Boolean.class)
        .single();
  }

  private static Sessions lasting(Duration lifetime, Duration ago) {
    return new Sessions(
        database.jdbc(),
        program.getBean(Accounts.class),
        Clock.offset(Clock.systemUTC(), ago),
        new IdentityProperties(4, lifetime, lifetime));
  }
}
