package dev.annals.command.identity.reset;

import dev.annals.command.identity.MailedTokens;
import dev.annals.command.identity.OpaqueToken;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tokens of mailed links to choose a new password: at most one for each user, from the last
 * mail of the newest request. A change of the password deletes it.
 */
@Component
public class ResetTokens {

  static final Duration LIFETIME = Duration.ofMinutes(30);

  private final JdbcClient jdbc;
  private final MailedTokens tokens;

  ResetTokens(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.tokens = new MailedTokens(jdbc, clock, "identity.reset_token", LIFETIME);
  }

  /**
   * Makes this the user's newest request, and deletes the token of an earlier one. Does nothing for
   * an erased user.
   */
  public void supersede(UUID userId, UUID requestId) {
    jdbc.sql(
            """
            insert into identity.reset_token (user_id, request_id)
            select user_id, ? from identity.account where user_id = ? for key share
            on conflict (user_id) do update
            set request_id = excluded.request_id, token_hash = null, expires_at = null
            """)
        .params(requestId, userId)
        .update();
  }

  /**
   * Issues a token for 30 minutes, which replaces an earlier one.
   *
   * @return empty if the request was superseded or the password changed since
   */
  Optional<OpaqueToken> issue(UUID requestId) {
    return tokens.issue(requestId);
  }

  /** Finds the enabled user whose valid token this is. */
  Optional<UUID> userOf(OpaqueToken token) {
    return tokens.userOf(token);
  }

  /** Deletes a token, and returns whether it was valid; waits for a concurrent use of the same. */
  public boolean use(UUID userId, OpaqueToken token) {
    return jdbc.sql(
                """
                delete from identity.reset_token
                using identity.account
                where reset_token.user_id = account.user_id
                  and reset_token.user_id = ? and token_hash = ? and expires_at > ? and enabled
                """)
            .params(userId, token.hash(), tokens.now())
            .update()
        == 1;
  }
}
