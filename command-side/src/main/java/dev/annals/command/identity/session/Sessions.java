package dev.annals.command.identity.session;

import dev.annals.command.identity.IdentityProperties;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.account.Accounts;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Sessions and their refresh tokens. A session is live as long as it has a row, until its absolute
 * end; to revoke it is to delete the row, with all its tokens. A refresh token is good once (RFC
 * 9700, 4.14.2). Two rows are kept of all tokens of a session: the one that is good now, and,
 * marked as used, the family that all of them belong to. By that a token is known that was good
 * before.
 */
@Component
public class Sessions {

  private static final int MOST = 50;
  private static final int MAX_USER_AGENT = 200;

  private final JdbcClient jdbc;
  private final Accounts accounts;
  private final Clock clock;
  private final Duration lifetime;

  Sessions(JdbcClient jdbc, Accounts accounts, Clock clock, IdentityProperties properties) {
    this.jdbc = jdbc;
    this.accounts = accounts;
    this.clock = clock;
    this.lifetime = properties.sessionLifetime();
  }

  /**
   * A session with the one refresh token that is good now.
   *
   * @param expiresAt its absolute end, however often it is refreshed
   */
  public record Open(UUID sessionId, UUID userId, Instant expiresAt, OpaqueToken refreshToken) {}

  /** A live session as its user sees it. */
  public record Live(
      UUID id,
      Instant createdAt,
      Instant lastUsedAt,
      @Nullable String userAgent,
      boolean current) {}

  /**
   * Opens one. It ends those of the user's that were opened first, so that 50 are left.
   *
   * @throws Refusal {@code bad-credentials} if the account was disabled or got another password
   *     since it was read
   */
  @Transactional
  public Open open(Accounts.Account account, String userAgent) {
    // Waits for whoever changes the account and ends its sessions, or makes them wait; and for
    // another log-in, so that both count the sessions that are there.
    boolean unchanged =
        jdbc.sql(
                """
                select true from identity.account
                where user_id = ? and password_hash = ? and enabled for no key update
                """)
            .params(account.userId(), account.passwordHash())
            .query(Boolean.class)
            .optional()
            .isPresent();
    if (!unchanged) {
      throw new Refusal(Problem.BAD_CREDENTIALS, "The account was changed just now.");
    }
    UUID sessionId = UUID.randomUUID();
    OffsetDateTime now = now();
    Instant expiresAt = now.plus(lifetime).toInstant();
    jdbc.sql(
            """
            delete from identity.session
            where user_id = :user
              and id not in (select id from identity.session
                             where user_id = :user and expires_at > :now
                             order by created_at desc, id desc limit :others)
            """)
        .param("user", account.userId())
        .param("now", now)
        .param("others", MOST - 1)
        .update();
    jdbc.sql(
            """
            insert into identity.session (id, user_id, user_agent, created_at, last_used_at, expires_at)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(sessionId, account.userId(), shortened(userAgent), now, now, now.plus(lifetime))
        .update();
    return new Open(sessionId, account.userId(), expiresAt, issueFirst(sessionId, now));
  }

  /**
   * Takes a refresh token and gives the next one. One that was taken before is in wrong hands, then
   * or now: it ends its session.
   *
   * @return empty for a token that is not good, or not any more
   */
  @Transactional
  public Optional<Open> refresh(OpaqueToken token) {
    OffsetDateTime now = now();
    Optional<Row> session =
        jdbc.sql(
                """
                select id, user_id, expires_at from identity.session
                where id = (select session_id from identity.refresh_token
                            where token_hash = any(?) limit 1)
                  and expires_at > ?
                for update
                """)
            .params(hashes(token), now)
            .query(Row.class)
            .optional();
    if (session.isEmpty()) {
      return Optional.empty();
    }
    Row row = session.get();
    Optional<OpaqueToken> next = replace(token, row.id(), now);
    if (next.isEmpty()) {
      end(row.userId(), row.id());
      return Optional.empty();
    }
    jdbc.sql("update identity.session set last_used_at = ? where id = ?")
        .params(now, row.id())
        .update();
    return Optional.of(new Open(row.id(), row.userId(), row.expiresAt().toInstant(), next.get()));
  }

  /**
   * Makes the next token in the place of one.
   *
   * @return empty if the token is not the one that is good now
   */
  private Optional<OpaqueToken> replace(OpaqueToken token, UUID sessionId, OffsetDateTime now) {
    OpaqueToken next = token.next();
    int replaced =
        jdbc.sql(
                """
                update identity.refresh_token set token_hash = ?, issued_at = ?
                where token_hash = ? and not used
                  and exists (select from identity.refresh_token where token_hash = ?)
                """)
            .params(next.hash(), now, token.hash(), token.family().hash())
            .update();
    if (replaced == 1) {
      return Optional.of(next);
    }
    // Of an earlier version of the program, which knew no families: it must be kept to be known.
    boolean used =
        jdbc.sql("update identity.refresh_token set used = true where token_hash = ? and not used")
                .param(token.hash())
                .update()
            == 1;
    return used ? Optional.of(issueFirst(sessionId, now)) : Optional.empty();
  }

  /** Ends the session that a refresh token is of, even one that was used; else does nothing. */
  void end(OpaqueToken token) {
    jdbc.sql(
            """
            delete from identity.session
            where id = (select session_id from identity.refresh_token
                        where token_hash = any(?) limit 1)
            """)
        .param(hashes(token))
        .update();
  }

  /**
   * Holds a live session until the current transaction ends.
   *
   * @throws Refusal {@code unauthorized} if it has ended
   */
  public void hold(UUID sessionId) {
    boolean live =
        jdbc.sql("select true from identity.session where id = ? and expires_at > ? for key share")
            .params(sessionId, now())
            .query(Boolean.class)
            .optional()
            .isPresent();
    if (!live) {
      throw new Refusal(Problem.UNAUTHORIZED, "The session has ended.");
    }
  }

  /**
   * Ends one of the user's sessions, as another one of them asks for, and says whether it was
   * there.
   *
   * @throws Refusal {@code unauthorized} if the one that asks has ended
   */
  @Transactional
  public boolean end(UUID userId, UUID sessionId, UUID asking) {
    accounts.hold(userId);
    hold(asking);
    return end(userId, sessionId);
  }

  /**
   * Ends all sessions of the user, as one of them asks for.
   *
   * @throws Refusal {@code unauthorized} if that has ended
   */
  @Transactional
  public void endAll(UUID userId, UUID asking) {
    accounts.hold(userId);
    hold(asking);
    endAll(userId);
  }

  /** Ends one of the user's sessions, and says whether it was there. */
  boolean end(UUID userId, UUID sessionId) {
    return jdbc.sql("delete from identity.session where user_id = ? and id = ?")
            .params(userId, sessionId)
            .update()
        == 1;
  }

  /** Ends all sessions of the user. */
  public void endAll(UUID userId) {
    jdbc.sql("delete from identity.session where user_id = ?").param(userId).update();
  }

  /** Ends the user's sessions except one. */
  public void endAllBut(UUID userId, UUID sessionId) {
    jdbc.sql("delete from identity.session where user_id = ? and id <> ?")
        .params(userId, sessionId)
        .update();
  }

  /** The user's live sessions, the one used last first. */
  public List<Live> of(UUID userId, UUID current) {
    return jdbc.sql(
            """
            select id, created_at, last_used_at, user_agent from identity.session
            where user_id = ? and expires_at > ? order by last_used_at desc, id
            """)
        .params(userId, now())
        .query(
            (row, number) -> {
              UUID id = row.getObject("id", UUID.class);
              return new Live(
                  id,
                  row.getTimestamp("created_at").toInstant(),
                  row.getTimestamp("last_used_at").toInstant(),
                  row.getString("user_agent"),
                  id.equals(current));
            })
        .list();
  }

  /** Issues a token of a new family. */
  private OpaqueToken issueFirst(UUID sessionId, OffsetDateTime now) {
    OpaqueToken token = OpaqueToken.random();
    jdbc.sql(
            """
            insert into identity.refresh_token (token_hash, session_id, issued_at, used)
            values (:token, :session, :now, false), (:family, :session, :now, true)
            """)
        .param("token", token.hash())
        .param("family", token.family().hash())
        .param("session", sessionId)
        .param("now", now)
        .update();
    return token;
  }

  /** The hashes of which one is in the table if the token was ever good. */
  private static byte[][] hashes(OpaqueToken token) {
    return new byte[][] {token.hash(), token.family().hash()};
  }

  private record Row(UUID id, UUID userId, OffsetDateTime expiresAt) {}

  private static String shortened(String userAgent) {
    return userAgent == null || userAgent.length() <= MAX_USER_AGENT
        ? userAgent
        : userAgent.substring(0, MAX_USER_AGENT);
  }

  // As exact as it is stored.
  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
  }
}
