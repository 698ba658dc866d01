package dev.annals.command.identity.reset;

import dev.annals.command.identity.MailedTokens;
import dev.annals.command.identity.OpaqueToken;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tokens of mailed links to choose a new password: at most one for each user, from the last
 * mail of the newest request. A change of the password deletes it.
 */
@Component
public class ResetTokens extends MailedTokens {

  static final Duration LIFETIME = Duration.ofMinutes(30);

  ResetTokens(JdbcClient jdbc, Clock clock) {
    super(jdbc, clock, "identity.reset_token", LIFETIME);
  }

  /** Makes this the user's newest request, and deletes an earlier token. Ignores erased users. */
  public void supersede(UUID userId, UUID requestId) {
    boolean unused = supersede(userId, requestId, "for key share");
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
            .params(userId, token.hash(), OffsetDateTime.now(clock))
            .update()
        == 1;
  }
}
