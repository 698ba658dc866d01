package dev.annals.command.identity;

import dev.annals.platform.crypto.StoredSubjectKeys;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What ties a person to their user id, and proves that they are it. E-mail addresses compare
 * without regard to case.
 */
@Component
class Accounts {

  private final JdbcClient jdbc;
  private final StoredSubjectKeys subjectKeys;

  Accounts(JdbcClient jdbc, StoredSubjectKeys subjectKeys) {
    this.jdbc = jdbc;
    this.subjectKeys = subjectKeys;
  }

  record Account(UUID userId, String passwordHash) {}

  /**
   * Claims the address and stores the hash, as part of the current transaction; waits for another
   * one that claims the same.
   *
   * @throws Refusal {@code email-taken}
   */
  void open(UUID userId, String email, String passwordHash) {
    int claimed =
        jdbc.sql(
                "insert into identity.email_claim (email, user_id) values (?, ?) on conflict do nothing")
            .params(canonical(email), userId)
            .update();
    if (claimed == 0) {
      throw new Refusal(Problem.EMAIL_TAKEN, "Somebody is registered with this e-mail address.");
    }
    jdbc.sql("insert into identity.credential (user_id, password_hash) values (?, ?)")
        .params(userId, passwordHash)
        .update();
    subjectKeys.create(userId);
  }

  Optional<Account> find(String email) {
    return jdbc.sql(
            """
            select user_id, password_hash
            from identity.email_claim join identity.credential using (user_id)
            where email = ?
            """)
        .param(canonical(email))
        .query(Account.class)
        .optional();
  }

  boolean none() {
    return !jdbc.sql("select exists (select from identity.email_claim)")
        .query(Boolean.class)
        .single();
  }

  private static String canonical(String email) {
    return email.toLowerCase(Locale.ROOT);
  }
}
