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
 * Issues tokens for mails, and finds whose they are. A user has at most one in the table, for the
 * newest request.
 *
 * @param table the name of a table with a request, a hash and an end for each user
 * @param lifetime how long a token is good
 */
public record MailedTokens(JdbcClient jdbc, Clock clock, String table, Duration lifetime) {

  /**
   * Makes a new token in the place of any before.
   *
   * @return empty if the request is not the newest one any more
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

  /** Finds the user whom a token is good for now, never a disabled one. */
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

  /** Returns the refusal of a token that is good for no user. */
  public static Refusal refusal(Problem problem) {
    return new Refusal(
        problem, "The token is unknown, used, superseded by a newer one, or expired.");
  }

  public OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
