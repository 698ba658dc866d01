package dev.annals.command.identity;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.UserCommand.VerifyEmail;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.account.Passwords;
import dev.annals.command.identity.session.Sessions;
import dev.annals.command.limit.Policy;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.http.limit.Limits;
import dev.annals.http.web.ConsistencyToken;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.MetaData;
import org.axonframework.modelling.command.Repository;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Registers, authenticates and finds users. They are read from their events, so never stale. */
@Component
@EnableConfigurationProperties(IdentityProperties.class)
public record Users(
    Repository<User> repository,
    CommandGateway commands,
    Accounts accounts,
    Sessions sessions,
    Passwords passwords,
    Limits limits) {

  /**
   * Registers a user, who is the actor of the event.
   *
   * @param verified whether the operator vouches for the address
   * @throws Refusal {@code email-taken}
   */
  public UserDetails register(
      String email, String password, String displayName, Set<Role> roles, boolean verified) {
    UUID userId = UUID.randomUUID();
    return commands.sendAndWait(
        new RegisterUser(userId, email, passwords.hash(password), displayName, roles, verified),
        MetaData.with(AxonConfiguration.ACTOR, userId.toString()));
  }

  /** Verifies the address of a user, since the operator vouches for it. */
  public void verify(UUID userId) {
    commands.sendAndWait(new VerifyEmail(userId, Optional.empty()));
  }

  /**
   * Finds the account with this address and password. A failed attempt spends from the limit {@code
   * login}, also for an unknown address.
   *
   * @return empty for an unknown address or a wrong password
   * @throws Refusal {@code quota-exceeded}, before the password is compared
   */
  public Optional<Accounts.Account> authenticate(String email, String password) {
    Optional<Accounts.Account> found = accounts.find(email);
    String name =
        found
            .map(account -> account.userId().toString())
            .orElseGet(() -> "unknown " + Accounts.canonical(email));
    return check(name, password, found);
  }

  /**
   * Requires the current password. A wrong one spends from the limit {@code login}.
   *
   * @return the hash of the password, which a change must find unchanged
   * @throws Refusal {@code bad-credentials} for a wrong password; {@code quota-exceeded}, before
   *     the password is compared
   */
  public String requirePassword(UUID userId, String password) {
    Accounts.Account account = accounts.find(userId).orElseThrow(Refusal::notFound);
    return check(userId.toString(), password, Optional.of(account))
        .orElseThrow(Accounts::wrongPassword)
        .passwordHash();
  }

  private Optional<Accounts.Account> check(
      String name, String password, Optional<Accounts.Account> account) {
    Optional<String> hash = account.map(Accounts.Account::passwordHash);
    return limits.attempt(
        Policy.LOGIN,
        name,
        () -> passwords.matches(name, password, hash) ? account : Optional.empty());
  }

  /** Returns the consistency token of a version of a user. */
  public static ConsistencyToken change(UUID userId, long version) {
    return ConsistencyToken.of("user", userId, version);
  }

  /**
   * Returns a user by a replay.
   *
   * @throws Refusal {@code not-found}
   */
  public UserDetails find(UUID userId) {
    return load(userId).orElseThrow(Refusal::notFound);
  }

  /**
   * Locks the user's account until the current transaction ends, and requires that a session of the
   * user has not ended.
   *
   * @param session null for a change that the program makes itself
   * @throws Refusal {@code unauthorized} if the session has ended
   */
  public void hold(UUID userId, @Nullable String session) {
    accounts.hold(userId);
    if (session != null) {
      sessions.hold(UUID.fromString(session));
    }
  }

  /** Returns whether the user's address is verified, without a replay. */
  public boolean isVerified(UUID userId) {
    return accounts.isVerified(userId);
  }

  /** Finds a user who may get mail, neither disabled nor erased, by a replay. */
  public Optional<UserDetails> findEnabled(UUID userId) {
    return load(userId).filter(UserDetails::enabled);
  }

  private Optional<UserDetails> load(UUID userId) {
    return AggregateReader.of(repository, userId, User::present).flatMap(Function.identity());
  }
}
