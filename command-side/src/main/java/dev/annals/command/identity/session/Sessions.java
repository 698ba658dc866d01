package dev.annals.command.identity.session;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.command.CommandProblem;
import dev.annals.command.identity.IdentityProperties;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.account.Accounts;
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
 * Sessions and their refresh tokens. A session is live while it has a row, until its absolute end;
 * revocation deletes the row and its tokens. A refresh token is valid once (RFC 9700, 4.14.2). A
 * session has two rows of tokens: the valid one, and, marked as used, the family of all of them,
 * which identifies a token that was valid before.
 */
@Component
public class Sessions {

  private static final int MAX_SESSIONS = 50;
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
   * A session with its valid refresh token.
   *
   * @param expiresAt the absolute end, which a refresh does not move
   */
  public record Open(UUID sessionId, UUID userId, Instant expiresAt, OpaqueToken refreshToken) {}

  /** The view of a live session for its user. */
  public record Live(
      UUID id,
      Instant createdAt,
      Instant lastUsedAt,
      @Nullable String userAgent,
      boolean current) {}

  /**
   * Opens a session, and ends the oldest ones of the user beyond 50.
   *
   * @throws Refusal {@code bad-credentials} if the account was disabled or its password changed
   *     since it was read
   */
  @Transactional
  public Open open(Accounts.Account account, String userAgent) {
    // Excludes a concurrent change of the account, which ends its sessions, and a concurrent login,
    // which would not count this session.
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
      throw new Refusal(
          CommandProblem.BAD_CREDENTIALS,
          "The account has changed since the password was checked.");
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
        .param("others", MAX_SESSIONS - 1)
        .update();
    jdbc.sql(
            """
            insert into identity.session (id, user_id, user_agent, created_at, last_used_at, expires_at)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(sessionId, account.userId(), truncated(userAgent), now, now, now.plus(lifetime))
        .update();
    return new Open(sessionId, account.userId(), expiresAt, issueFirst(sessionId, now));
  }

  /**
   * Exchanges a refresh token for the next one. A used token may be stolen, so it ends its session.
   *
   * @return empty for an invalid token
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
   * Replaces a token by the next one of its family.
   *
   * @return empty if the token is not the valid one
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
    // A token of an earlier version has no family, so it keeps its own row to be identified.
    boolean used =
        jdbc.sql("update identity.refresh_token set used = true where token_hash = ? and not used")
                .param(token.hash())
                .update()
            == 1;
    return used ? Optional.of(issueFirst(sessionId, now)) : Optional.empty();
  }

  /** Ends the session of a valid or used refresh token; does nothing for an unknown one. */
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
   * Locks a live session until the current transaction ends.
   *
   * @throws Refusal {@code unauthorized} if the session has ended
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
   * Ends one of the user's sessions at the request of the current one, and returns whether it
   * existed.
   *
   * @throws Refusal {@code unauthorized} if the current session has ended
   */
  @Transactional
  public boolean end(UUID userId, UUID sessionId, UUID current) {
    accounts.hold(userId);
    hold(current);
    return end(userId, sessionId);
  }

  /**
   * Ends all sessions of the user at the request of the current one.
   *
   * @throws Refusal {@code unauthorized} if the current session has ended
   */
  @Transactional
  public void endAll(UUID userId, UUID current) {
    accounts.hold(userId);
    hold(current);
    endAll(userId);
  }

  /** Ends one of the user's sessions, and returns whether it existed. */
  boolean end(UUID userId, UUID sessionId) {
    return jdbc.sql("delete from identity.session where user_id = ? and id = ?")
            .params(userId, sessionId)
            .update()
        == 1;
  }

  public void endAll(UUID userId) {
    jdbc.sql("delete from identity.session where user_id = ?").param(userId).update();
  }

  public void endAllBut(UUID userId, UUID sessionId) {
    jdbc.sql("delete from identity.session where user_id = ? and id <> ?")
        .params(userId, sessionId)
        .update();
  }

  /** Returns the user's live sessions, the one used last first. */
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

  /** Returns the hashes of a token and its family; a token that was ever valid has one stored. */
  private static byte[][] hashes(OpaqueToken token) {
    return new byte[][] {token.hash(), token.family().hash()};
  }

  private record Row(UUID id, UUID userId, OffsetDateTime expiresAt) {}

  private static String truncated(String userAgent) {
    return userAgent == null || userAgent.length() <= MAX_USER_AGENT
        ? userAgent
        : userAgent.substring(0, MAX_USER_AGENT);
  }

  // PostgreSQL stores microseconds.
  private OffsetDateTime now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }
}
