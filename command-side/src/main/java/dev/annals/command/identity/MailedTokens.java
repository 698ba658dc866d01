package dev.annals.command.identity;

import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Issues tokens for mails, and finds their users. A user has at most one: the newest request's. */
public abstract class MailedTokens {

  protected final JdbcClient jdbc;
  protected final Clock clock;
  private final String table;
  private final Duration lifetime;

  /**
   * Creates the tokens of a table.
   *
   * @param table the name of a table with a request, a token's hash and an expiry for each user
   * @param lifetime the validity of a token
   */
  protected MailedTokens(JdbcClient jdbc, Clock clock, String table, Duration lifetime) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.table = table;
    this.lifetime = lifetime;
  }

  /**
   * Makes this the user's newest request, and deletes the token of an earlier one.
   *
   * @param condition further SQL on the account: a condition, and the lock
   * @return false if no such account exists
   */
  protected boolean supersede(UUID user, UUID request, String condition) {
    return jdbc.sql(
                """
                insert into %s (user_id, request_id)
                select user_id, ? from identity.account where user_id = ? %s
                on conflict (user_id) do update
                set request_id = excluded.request_id, token_hash = null, expires_at = null
                """
                    .formatted(table, condition))
            .params(request, user)
            .update()
        == 1;
  }

  /**
   * Issues a token, which replaces an earlier one.
   *
   * @return empty if the request was superseded or settled since
   */
  public Optional<OpaqueToken> issue(UUID request) {
    OpaqueToken token = OpaqueToken.random();
    boolean newest =
        jdbc.sql(
                    "update %s set token_hash = ?, expires_at = ? where request_id = ?"
                        .formatted(table))
                .params(token.hash(), OffsetDateTime.now(clock).plus(lifetime), request)
                .update()
            == 1;
    return newest ? Optional.of(token) : Optional.empty();
  }

  /** Finds the enabled user whose valid token this is. */
  public Optional<UUID> userOf(OpaqueToken token) {
    return jdbc.sql(
            """
            select user_id from %s join identity.account using (user_id)
            where token_hash = ? and expires_at > ? and enabled
            """
                .formatted(table))
        .params(token.hash(), OffsetDateTime.now(clock))
        .query(UUID.class)
        .optional();
  }

  /** Returns the refusal of a token that is not valid. */
  public static Refusal refusal(ProblemType problem) {
    return new Refusal(
        problem, "The token is unknown, used, superseded by a newer one, or expired.");
  }
}
