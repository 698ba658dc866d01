package dev.annals.command.identity;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Issues tokens for mails, and finds their users. A user has at most one in the table, for the
 * newest request.
 *
 * @param table the name of a table with a request, a token's hash and an expiry for each user
 * @param lifetime the validity of a token
 */
public record MailedTokens(JdbcClient jdbc, Clock clock, String table, Duration lifetime) {

  /**
   * Issues a token, which replaces an earlier one.
   *
   * @return empty if the request was superseded
   */
  public Optional<OpaqueToken> issue(UUID request) {
    OpaqueToken token = OpaqueToken.random();
    boolean newest =
        jdbc.sql(
                    "update %s set token_hash = ?, expires_at = ? where request_id = ?"
                        .formatted(table))
                .params(token.hash(), now().plus(lifetime), request)
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
        .params(token.hash(), now())
        .query(UUID.class)
        .optional();
  }

  /** Returns the refusal of a token that is not valid. */
  public static Refusal refusal(Problem problem) {
    return new Refusal(
        problem, "The token is unknown, used, superseded by a newer one, or expired.");
  }

  /** Returns the time that expiries are compared with. */
  public OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
