package dev.annals.command.identity.verification;

import dev.annals.command.identity.MailedTokens;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.session.Sessions;
import dev.annals.command.mail.Mails;
import dev.annals.platform.problem.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Has links mailed that prove an address, and knows their tokens: at most one for each user, that
 * of the mail which was written last for the newest request. A verified address has none.
 */
@Component
public class EmailVerification {

  static final Duration LIFETIME = Duration.ofHours(24);

  private final JdbcClient jdbc;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Mails mails;
  private final TransactionTemplate transactions;
  private final MailedTokens tokens;
  private final Clock clock;

  EmailVerification(
      JdbcClient jdbc,
      Accounts accounts,
      Sessions sessions,
      Mails mails,
      TransactionTemplate transactions,
      Clock clock) {
    this.jdbc = jdbc;
    this.accounts = accounts;
    this.sessions = sessions;
    this.mails = mails;
    this.transactions = transactions;
    this.tokens = new MailedTokens(jdbc, clock, "identity.verification_token", LIFETIME);
    this.clock = clock;
  }

  /**
   * Has a link mailed, which voids the one before, as part of the current transaction if there is
   * one.
   *
   * @return false, and nothing is done, if the address is verified or the user was erased
   */
  public boolean begin(UUID userId) {
    return transactions.execute(
        status -> {
          UUID request = UUID.randomUUID();
          boolean begun = makeNewest(userId, request);
          if (begun) {
            mails.schedule(
                EmailVerificationMail.KIND, request, userId, clock.instant().plus(LIFETIME));
          }
          return begun;
        });
  }

  /**
   * Mails another link, as one of the user's sessions asks for.
   *
   * @return false, and nothing is done, if the address is verified
   * @throws Refusal {@code unauthorized} if the session that asks has ended
   */
  boolean beginAgain(UUID userId, UUID asking) {
    return transactions.execute(
        status -> {
          accounts.hold(userId);
          sessions.hold(asking);
          return begin(userId);
        });
  }

  private boolean makeNewest(UUID userId, UUID request) {
    return jdbc.sql(
                """
                insert into identity.verification_token (user_id, request_id)
                select user_id, ? from identity.account where user_id = ? and not verified for share
                on conflict (user_id) do update
                set request_id = excluded.request_id, token_hash = null, expires_at = null
                """)
            .params(request, userId)
            .update()
        == 1;
  }

  /**
   * Makes a new token in the place of any before, good for 24 hours.
   *
   * @return empty if the request was superseded, or the address verified since
   */
  Optional<OpaqueToken> issue(UUID request) {
    return tokens.issue(request);
  }

  /** Finds the user whose address a token can verify now, never a disabled one. */
  public Optional<UUID> userOf(OpaqueToken token) {
    return tokens.userOf(token);
  }
}
