package dev.annals.command.identity.account;

import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.mail.EmailAddress;
import dev.annals.events.identity.Role;
import dev.annals.platform.crypto.StoredSubjectKeys;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.NameBasedUuids;
import java.time.Instant;
import java.time.OffsetDateTime;
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
 * What ties a person to their user id, proves that they are it, and must be found or locked without
 * replaying every user. E-mail addresses compare without regard to case, and to whether a domain is
 * written as Punycode. What changes an account is part of the current transaction, the one that
 * stores the event.
 */
@Component
public class Accounts {

  private final JdbcClient jdbc;
  private final StoredSubjectKeys subjectKeys;

  Accounts(JdbcClient jdbc, StoredSubjectKeys subjectKeys) {
    this.jdbc = jdbc;
    this.subjectKeys = subjectKeys;
  }

  public record Account(UUID userId, String passwordHash, boolean enabled) {}

  /**
   * Claims the address and stores the hash; waits for another one that claims the same.
   *
   * @param createdAt the event's time, so that lists are in the order that they show
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
      throw new Refusal(Problem.EMAIL_TAKEN, "Somebody is registered with this e-mail address.");
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
            OffsetDateTime.ofInstant(createdAt, ZoneOffset.UTC))
        .update();
    subjectKeys.create(user.userId());
  }

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

  boolean none() {
    return !jdbc.sql("select exists (select from identity.email_claim)")
        .query(Boolean.class)
        .single();
  }

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

  /** Marks the address as verified, and deletes the token that was mailed for it. */
  public void verify(UUID userId) {
    jdbc.sql("update identity.account set verified = true where user_id = ?")
        .param(userId)
        .update();
    jdbc.sql("delete from identity.verification_token where user_id = ?").param(userId).update();
  }

  /**
   * Holds the account until the current transaction ends. All that changes something of a user
   * begins with it, so that locks are taken in one order.
   */
  public void hold(UUID userId) {
    jdbc.sql("select true from identity.account where user_id = ? for no key update")
        .param(userId)
        .query(Boolean.class)
        .optional();
  }

  /**
   * Lets a change pass for which the password was checked before the account was held.
   *
   * @throws Refusal {@code bad-credentials} if the account has another password now
   */
  public void requirePassword(UUID userId, String checkedHash) {
    if (find(userId).filter(account -> account.passwordHash().equals(checkedHash)).isEmpty()) {
      throw wrongPassword();
    }
  }

  public static Refusal wrongPassword() {
    return new Refusal(Problem.WRONG_PASSWORD, "The current password is another one.");
  }

  /** Voids what was mailed to reset the one before, too. */
  public void changePassword(UUID userId, String passwordHash) {
    jdbc.sql("delete from identity.reset_token where user_id = ?").param(userId).update();
    jdbc.sql("update identity.account set password_hash = ? where user_id = ?")
        .params(passwordHash, userId)
        .update();
  }

  /**
   * Says what the user may do.
   *
   * @throws Refusal {@code last-admin} if nobody else could administer any more
   */
  public void assignRoles(UUID userId, Set<Role> roles) {
    if (!roles.contains(Role.ADMIN)) {
      leaveAnotherAdmin(userId);
    }
    jdbc.sql("update identity.account set roles = ? where user_id = ?")
        .params(names(roles), userId)
        .update();
  }

  /**
   * Locks the user out.
   *
   * @throws Refusal {@code last-admin} if nobody else could administer any more
   */
  public void disable(UUID userId) {
    leaveAnotherAdmin(userId);
    jdbc.sql("update identity.account set enabled = false where user_id = ?")
        .param(userId)
        .update();
  }

  public void enable(UUID userId) {
    jdbc.sql("update identity.account set enabled = true where user_id = ?").param(userId).update();
  }

  /**
   * Removes the account with all that lets anybody in, and destroys the user's key: in this order,
   * the same as whoever changes the account and stores an event.
   *
   * @throws Refusal {@code last-admin} if nobody else could administer any more
   */
  public void erase(UUID userId) {
    leaveAnotherAdmin(userId);
    for (String table : List.of("account", "email_claim", "reset_token", "session")) {
      jdbc.sql("delete from identity." + table + " where user_id = ?").param(userId).update();
    }
    subjectKeys.destroy(userId);
  }

  // Whoever takes an admin away waits here for the one who does so too.
  private void leaveAnotherAdmin(UUID userId) {
    jdbc.sql("select pg_advisory_xact_lock(hashtext('identity.account.admins'))")
        .query((row, number) -> "")
        .single();
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
      throw new Refusal(Problem.LAST_ADMIN, "Nobody else is left who could administer.");
    }
  }

  private static String[] names(Set<Role> roles) {
    return roles.stream().map(Role::name).sorted().toArray(String[]::new);
  }

  /**
   * Returns the canonical form of an address, or a short digest if the text is too long for an
   * address.
   */
  public static String canonical(String email) {
    if (!EmailAddress.fits(email)) {
      return NameBasedUuids.of(email).toString();
    }
    return EmailAddress.parse(email).map(EmailAddress::canonical).orElseGet(() -> lowerCase(email));
  }

  /** The forms that an address may be claimed in: once it was the one that it was written in. */
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
