package dev.annals.command.identity;

import dev.annals.command.mail.Mails;
import dev.annals.platform.problem.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
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
class EmailVerification {

  static final Duration LIFETIME = Duration.ofHours(24);

  private final JdbcClient jdbc;
  private final Accounts accounts;
  private final Sessions sessions;
  private final Mails mails;
  private final TransactionTemplate transactions;
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
    this.clock = clock;
  }

  /**
   * Has a link mailed, which voids the one before, as part of the current transaction if there is
   * one.
   *
   * @return false, and nothing is done, if the address is verified or the user was erased
   */
  boolean begin(UUID userId) {
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
    OpaqueToken token = OpaqueToken.random();
    boolean newest =
        jdbc.sql(
                    """
                    update identity.verification_token set token_hash = ?, expires_at = ?
                    where request_id = ?
                    """)
                .params(token.hash(), now().plus(LIFETIME), request)
                .update()
            == 1;
    return newest ? Optional.of(token) : Optional.empty();
  }

  /** Finds the user whose address a token can verify now, never a disabled one. */
  Optional<UUID> userOf(OpaqueToken token) {
    return jdbc.sql(
            """
            select user_id from identity.verification_token join identity.account using (user_id)
            where token_hash = ? and expires_at > ? and enabled
            """)
        .params(token.hash(), now())
        .query(UUID.class)
        .optional();
  }

  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
