package dev.annals.command.identity.account;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.web.NameBasedUuids;
import dev.annals.jobs.mail.EmailAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The accounts of users: claims on e-mail addresses, password hashes, and the fields that lists and
 * locks need without a replay of every user. E-mail addresses compare without regard to case and to
 * Punycode in the domain. Changes are part of the current transaction, which stores the event.
 */
@Component
public record Accounts(JdbcClient jdbc, StoredSubjectKeys subjectKeys) {

  /** The part of an account that a login needs. */
  public record Account(UUID userId, String passwordHash, boolean enabled) {}

  /**
   * Claims the address, stores the account and creates the user's key. Waits for a concurrent claim
   * on the same address.
   *
   * @param createdAt the event's time, which lists show and sort by
   * @throws Refusal {@code email-taken}
   */
  public void open(RegisterUser user, Instant createdAt) {
    int claimed =
        jdbc.sql(
                """
                insert into identity.email_claim (email, user_id)
                select ?, ? where not exists (select from identity.email_claim where email = any(?))
                on conflict do nothing
                """)
            .params(canonical(user.email()), user.userId(), forms(user.email()))
            .update();
    if (claimed == 0) {
      throw new Refusal(
          CommandProblem.EMAIL_TAKEN, "A user is registered with this e-mail address.");
    }
    jdbc.sql(
            """
            insert into identity.account (user_id, password_hash, display_name, roles, created_at)
            values (?, ?, ?, ?, ?)
            """)
        .params(
            user.userId(),
            user.passwordHash(),
            user.displayName(),
            names(user.roles()),
            createdAt.atOffset(ZoneOffset.UTC))
        .update();
    subjectKeys.create(user.userId());
  }

  /** Finds the account that claims an address. */
  public Optional<Account> find(String email) {
    if (!EmailAddress.fits(email)) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            select user_id, password_hash, enabled
            from identity.email_claim join identity.account using (user_id)
            where email = any(?) order by email = ? desc limit 1
            """)
        .params(forms(email), lowerCase(email))
        .query(Account.class)
        .optional();
  }

  public Optional<Account> find(UUID userId) {
    return jdbc.sql(
            "select user_id, password_hash, enabled from identity.account where user_id = ?")
        .param(userId)
        .query(Account.class)
        .optional();
  }

  boolean isEmpty() {
    return !jdbc.sql("select exists (select from identity.email_claim)")
        .query(Boolean.class)
        .single();
  }

  /** Changes the display name that lists search in. */
  public void rename(UUID userId, String displayName) {
    jdbc.sql("update identity.account set display_name = ? where user_id = ?")
        .params(displayName, userId)
        .update();
  }

  public boolean isVerified(UUID userId) {
    return jdbc.sql("select exists (select from identity.account where user_id = ? and verified)")
        .param(userId)
        .query(Boolean.class)
        .single();
  }

  /** Marks the address as verified, and deletes the mailed token. */
  public void verify(UUID userId) {
    jdbc.sql("update identity.account set verified = true where user_id = ?")
        .param(userId)
        .update();
    jdbc.sql("delete from identity.verification_token where user_id = ?").param(userId).update();
  }

  /**
   * Locks the account's row until the current transaction ends. Each change of a user begins with
   * it, so that all transactions take locks in the same order.
   */
  public void hold(UUID userId) {
    jdbc.sql("select true from identity.account where user_id = ? for no key update")
        .param(userId)
        .query(Boolean.class)
        .optional();
  }

  /**
   * Requires that the password has not changed between its check and the lock on the account.
   *
   * @throws Refusal {@code bad-credentials} if it has
   */
  public void requirePassword(UUID userId, String checkedHash) {
    if (find(userId).filter(account -> account.passwordHash().equals(checkedHash)).isEmpty()) {
      throw wrongPassword();
    }
  }

  public static Refusal wrongPassword() {
    return new Refusal(CommandProblem.WRONG_PASSWORD, "The current password is wrong.");
  }

  /** Stores the hash of a new password, and deletes a mailed reset token. */
  public void changePassword(UUID userId, String passwordHash) {
    jdbc.sql("delete from identity.reset_token where user_id = ?").param(userId).update();
    jdbc.sql("update identity.account set password_hash = ? where user_id = ?")
        .params(passwordHash, userId)
        .update();
  }

  /**
   * Replaces the roles.
   *
   * @throws Refusal {@code last-admin} if no enabled administrator would be left
   */
  public void assignRoles(UUID userId, Set<Role> roles) {
    if (!roles.contains(Role.ADMIN)) {
      requireAnotherAdmin(userId);
    }
    jdbc.sql("update identity.account set roles = ? where user_id = ?")
        .params(names(roles), userId)
        .update();
  }

  /**
   * Disables the account.
   *
   * @throws Refusal {@code last-admin} if no enabled administrator would be left
   */
  public void disable(UUID userId) {
    requireAnotherAdmin(userId);
    jdbc.sql("update identity.account set enabled = false where user_id = ?")
        .param(userId)
        .update();
  }

  public void enable(UUID userId) {
    jdbc.sql("update identity.account set enabled = true where user_id = ?").param(userId).update();
  }

  /**
   * Deletes the account, its claim, token, sessions and webhooks, and then destroys the user's key.
   * Changes of an account lock the account and the key in the same order.
   *
   * @throws Refusal {@code last-admin} if no enabled administrator would be left
   */
  public void erase(UUID userId) {
    requireAnotherAdmin(userId);
    for (String table : List.of("account", "email_claim", "reset_token", "session")) {
      jdbc.sql("delete from identity." + table + " where user_id = ?").param(userId).update();
    }
    jdbc.sql("delete from identity.webhook where owner = ?").param(userId).update();
    subjectKeys.destroy(userId);
  }

  // Concurrent changes that each remove an administrator wait for each other here.
  private void requireAnotherAdmin(UUID userId) {
    jdbc.sql("select pg_advisory_xact_lock(hashtext('identity.account.admins'))").query(row -> {});
    boolean last =
        jdbc.sql(
                """
                select exists (select from identity.account
                               where user_id = :user and enabled and 'ADMIN' = any(roles))
                   and not exists (select from identity.account
                                   where user_id <> :user and enabled and 'ADMIN' = any(roles))
                """)
            .param("user", userId)
            .query(Boolean.class)
            .single();
    if (last) {
      throw new Refusal(CommandProblem.LAST_ADMIN, "No other enabled administrator is left.");
    }
  }

  private static String[] names(Set<Role> roles) {
    return roles.stream().map(Role::name).sorted().toArray(String[]::new);
  }

  /** Returns the canonical form of an address, or a digest of a text that is too long for one. */
  public static String canonical(String email) {
    if (!EmailAddress.fits(email)) {
      return NameBasedUuids.of(email).toString();
    }
    return EmailAddress.parse(email).map(EmailAddress::canonical).orElseGet(() -> lowerCase(email));
  }

  /** Returns the forms of stored claims; earlier versions stored the address as it was written. */
  private static String[] forms(String email) {
    return Stream.concat(
            Stream.of(lowerCase(email), canonical(email)),
            EmailAddress.parse(email).map(EmailAddress::toString).map(Accounts::lowerCase).stream())
        .distinct()
        .toArray(String[]::new);
  }

  private static String lowerCase(String email) {
    return email.toLowerCase(Locale.ROOT);
  }
}
