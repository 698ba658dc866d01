package dev.annals.command.identity.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.Database;
import dev.annals.command.identity.IdentityProperties;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.account.Accounts;
import dev.annals.http.security.LiveSessions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Tests what HTTP does not show: stored rows, the end of sessions, and concurrent logins. */
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
                userId, userId + "@example.org", "$2a$hash", "Anna", EnumSet.of(Role.USER), true));
    account = program.getBean(Accounts.class).find(userId).orElseThrow();
  }

  @Test
  void storesOnlyHashesOfRefreshTokens() {
    Sessions.Open session = sessions.open(account, "Test");

    String token = session.refreshToken().value();
    assertThat(token).matches("[A-Za-z0-9_-]{43}");
    List<byte[]> hashes = storedHashes(session);
    assertThat(hashes)
        .containsExactlyInAnyOrder(
            session.refreshToken().hash(), new OpaqueToken(token.substring(0, 22)).hash());
    assertThat(hashes)
        .allSatisfy(
            hash ->
                assertThat(hash).hasSize(32).isNotEqualTo(token.getBytes(StandardCharsets.UTF_8)));
    assertThat(session.toString()).doesNotContain(token);
  }

  @Test
  void endsASessionAtItsAbsoluteEndDespiteARefresh() {
    Sessions shortly = lasting(Duration.ofDays(30).plusSeconds(2), Duration.ofDays(-30));
    Sessions.Open first = shortly.open(account, null);
    Sessions.Open second = shortly.refresh(first.refreshToken()).orElseThrow();
    LiveSessions live = program.getBean(LiveSessions.class);

    assertThat(second.expiresAt()).isEqualTo(first.expiresAt());
    await().untilAsserted(() -> assertThat(live.findLive(Set.of(first.sessionId()))).isEmpty());
    assertThat(sessions.refresh(second.refreshToken())).isEmpty();
    assertThat(sessions.of(userId, first.sessionId())).isEmpty();
  }

  @Test
  void deletesEndedSessionsAtLogin() {
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
  void endsTheSessionOfEachUsedTokenWithTwoRowsStored() {
    for (int again = 0; again < 5; again++) {
      Sessions.Open session = sessions.open(account, null);
      List<OpaqueToken> tokens = new ArrayList<>(List.of(session.refreshToken()));
      for (int i = 0; i < 5; i++) {
        tokens.add(sessions.refresh(tokens.get(i)).orElseThrow().refreshToken());
      }
      assertThat(tokens).doesNotHaveDuplicates();
      assertThat(storedHashes(session)).hasSize(2);
      assertThat(sessions.of(userId, userId)).hasSize(1);

      assertThat(sessions.refresh(tokens.get(again))).isEmpty();

      assertThat(sessions.of(userId, userId)).isEmpty();
      assertThat(sessions.refresh(tokens.get(5))).isEmpty();
      assertThat(storedHashes(session)).isEmpty();
    }
  }

  @Test
  void endsASessionByAUsedToken() {
    Sessions.Open session = sessions.open(account, null);
    sessions.refresh(sessions.refresh(session.refreshToken()).orElseThrow().refreshToken());
    sessions.end(session.refreshToken());
    assertThat(sessions.of(userId, userId)).isEmpty();
  }

  @Test
  void refreshesTokensOfAnEarlierVersionAndDetectsTheirReuse() {
    OpaqueToken used = new OpaqueToken("u".repeat(43));
    OpaqueToken good = new OpaqueToken("g".repeat(43));
    for (OpaqueToken again : List.of(used, good)) {
      Sessions.Open session = sessions.open(account, null);
      // The rows of an earlier version, without a family.
      database
          .jdbc()
          .sql(
              """
              with former as (delete from identity.refresh_token where session_id = :session)
              insert into identity.refresh_token (token_hash, session_id, issued_at, used)
              values (:used, :session, now(), true), (:good, :session, now(), false)
              """)
          .param("session", session.sessionId())
          .param("used", used.hash())
          .param("good", good.hash())
          .update();

      OpaqueToken next = sessions.refresh(good).orElseThrow().refreshToken();
      OpaqueToken last = sessions.refresh(next).orElseThrow().refreshToken();
      assertThat(storedHashes(session)).hasSize(4);
      assertThat(sessions.refresh(again)).isEmpty();
      assertThat(sessions.refresh(last)).isEmpty();
      assertThat(sessions.of(userId, userId)).isEmpty();
    }
  }

  @Test
  void endsTheOldestSessionWhenAFiftyFirstIsOpened() {
    Sessions.Open first = sessions.open(account, null);
    // Sessions of one microsecond have no order.
    database
        .jdbc()
        .sql("update identity.session set created_at = created_at - interval '1 second'")
        .update();
    Sessions.Open second = sessions.open(account, null);
    for (int i = 2; i < 50; i++) {
      sessions.open(account, null);
    }
    OpaqueToken token = sessions.refresh(first.refreshToken()).orElseThrow().refreshToken();
    assertThat(sessions.of(userId, userId)).hasSize(50);

    Sessions.Open last = sessions.open(account, null);

    assertThat(sessions.of(userId, userId))
        .hasSize(50)
        .extracting(Sessions.Live::id)
        .contains(second.sessionId(), last.sessionId())
        .doesNotContain(first.sessionId());
    assertThat(sessions.refresh(token)).isEmpty();
    assertThat(
            program
                .getBean(LiveSessions.class)
                .findLive(Set.of(first.sessionId(), second.sessionId())))
        .containsExactly(second.sessionId());
  }

  @Test
  void keepsTheFiftyNewestOfMoreSessions() {
    database
        .jdbc()
        .sql(
            """
            insert into identity.session (id, user_id, created_at, last_used_at, expires_at)
            select gen_random_uuid(), ?, now() - number * interval '1 minute', now(),
                   now() + interval '1 day'
            from generate_series(1, 70) number
            """)
        .param(userId)
        .update();

    Sessions.Open last = sessions.open(account, null);

    List<Sessions.Live> left = sessions.of(userId, last.sessionId());
    assertThat(left).hasSize(50).filteredOn(Sessions.Live::current).hasSize(1);
    assertThat(left)
        .extracting(Sessions.Live::createdAt)
        .allSatisfy(
            created ->
                assertThat(created).isAfter(Instant.now().minus(Duration.ofSeconds(49 * 60 + 45))));
  }

  @Test
  void keepsFiftySessionsAfterConcurrentLogins() {
    for (int i = 0; i < 45; i++) {
      sessions.open(account, null);
    }
    // Without a lock all of them would count the sessions before one commits.
    TransactionTemplate transaction = program.getBean(TransactionTemplate.class);
    List<CompletableFuture<Sessions.Open>> opening =
        transaction.execute(
            status -> {
              program
                  .getBean(JdbcClient.class)
                  .sql("select true from identity.account where user_id = ? for update")
                  .param(userId)
                  .query(Boolean.class)
                  .single();
              List<CompletableFuture<Sessions.Open>> all =
                  Stream.generate(
                          () ->
                              CompletableFuture.supplyAsync(
                                  () -> sessions.open(account, null),
                                  command -> new Thread(command).start()))
                      .limit(8)
                      .toList();
              await().until(() -> waitingForLocks() == 8);
              return all;
            });
    opening.forEach(CompletableFuture::join);
    assertThat(sessions.of(userId, userId)).hasSize(50);
  }

  @Test
  void refusesALoginWhileThePasswordChanges() {
    assertRefusedAfter("update identity.account set password_hash = 'other' where user_id = ?");
  }

  @Test
  void refusesALoginWhileTheAccountIsDisabled() {
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
              await().until(SessionsTest::isWaitingForALock);
              return waiting;
            });

    assertThatThrownBy(opening::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(CommandProblem.BAD_CREDENTIALS));
    assertThat(sessions.of(userId, userId)).isEmpty();
  }

  private static boolean isWaitingForALock() {
    return waitingForLocks() > 0;
  }

  private static long waitingForLocks() {
    return database
        .jdbc()
        .sql(
            "select count(*) from pg_stat_activity"
                + " where wait_event_type = 'Lock' and datname = current_database()")
        .query(Long.class)
        .single();
  }

  private static List<byte[]> storedHashes(Sessions.Open session) {
    return database
        .jdbc()
        .sql("select token_hash from identity.refresh_token where session_id = ?")
        .param(session.sessionId())
        .query(byte[].class)
        .list();
  }

  private static Sessions lasting(Duration lifetime, Duration ago) {
    return new Sessions(
        database.jdbc(),
        program.getBean(Accounts.class),
        Clock.offset(Clock.systemUTC(), ago),
        new IdentityProperties(4, lifetime, lifetime));
  }
}
