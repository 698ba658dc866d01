package dev.annals.command.identity.verification;

import dev.annals.base.problem.Refusal;
import dev.annals.command.identity.MailedTokens;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.session.Sessions;
import dev.annals.jobs.mail.Mails;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Schedules mails with links that verify an address, and stores their tokens: at most one for each
 * user, from the last mail of the newest request. A verified address has none.
 */
@Component
public class EmailVerification extends MailedTokens {

  static final Duration LIFETIME = Duration.ofHours(24);

  private final Accounts accounts;
  private final Sessions sessions;
  private final Mails mails;
  private final TransactionTemplate transactions;

  EmailVerification(
      JdbcClient jdbc,
      Accounts accounts,
      Sessions sessions,
      Mails mails,
      TransactionTemplate transactions,
      Clock clock) {
    super(jdbc, clock, "identity.verification_token", LIFETIME);
    this.accounts = accounts;
    this.sessions = sessions;
    this.mails = mails;
    this.transactions = transactions;
  }

  /**
   * Schedules a mail, whose link replaces an earlier one, in the current transaction or a new one.
   *
   * @return false if the address is verified or the user was erased; then no mail is sent
   */
  public boolean begin(UUID userId) {
    return transactions.execute(
        status -> {
          UUID request = UUID.randomUUID();
          boolean begun = supersede(userId, request, "and not verified for share");
          if (begun) {
            mails.schedule(
                EmailVerificationMail.KIND, request, userId, clock.instant().plus(LIFETIME));
          }
          return begun;
        });
  }

  /**
   * Schedules another mail at the request of one of the user's sessions.
   *
   * @return false if the address is verified; then no mail is sent
   * @throws Refusal {@code unauthorized} if the session has ended
   */
  boolean resend(UUID userId, UUID sessionId) {
    return transactions.execute(
        status -> {
          accounts.hold(userId);
          sessions.hold(sessionId);
          return begin(userId);
        });
  }
}
