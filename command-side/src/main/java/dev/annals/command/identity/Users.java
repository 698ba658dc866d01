package dev.annals.command.identity;

import dev.annals.command.AggregateReader;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.UserCommand.VerifyEmail;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.account.Passwords;
import dev.annals.command.limit.Limits;
import dev.annals.command.limit.Policy;
import dev.annals.events.identity.Role;
import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.ConsistencyToken;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.modelling.command.Repository;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Registers users, and shows them as their events say: never stale, with no read model between. */
@Component
@EnableConfigurationProperties(IdentityProperties.class)
public class Users {

  private final Repository<User> repository;
  private final CommandGateway commands;
  private final Accounts accounts;
  private final Passwords passwords;
  private final Limits limits;

  Users(
      Repository<User> repository,
      CommandGateway commands,
      Accounts accounts,
      Passwords passwords,
      Limits limits) {
    this.repository = repository;
    this.commands = commands;
    this.accounts = accounts;
    this.passwords = passwords;
    this.limits = limits;
  }

  /**
   * Registers somebody, by themselves: until now there was nobody else to name as the actor.
   *
   * @throws Refusal {@code email-taken}
   */
  public UserDetails register(String email, String password, String displayName, Set<Role> roles) {
    return register(email, password, displayName, roles, false);
  }

  /**
   * Registers a user whose address is verified by the operator.
   *
   * @throws Refusal {@code email-taken}
   */
  public UserDetails registerVerified(
      String email, String password, String displayName, Set<Role> roles) {
    return register(email, password, displayName, roles, true);
  }

  private UserDetails register(
      String email, String password, String displayName, Set<Role> roles, boolean verified) {
    UUID userId = UUID.randomUUID();
    return commands.sendAndWait(
        GenericCommandMessage.asCommandMessage(
                new RegisterUser(
                    userId, email, passwords.hash(password), displayName, roles, verified))
            .andMetaData(Map.of(AxonConfiguration.ACTOR, userId.toString())));
  }

  /** Takes the address of a user for theirs, since the operator vouches for it. */
  public void verify(UUID userId) {
    commands.sendAndWait(new VerifyEmail(userId, Optional.empty()));
  }

  /**
   * Lets in a user who knows their password. One that is wrong spends from {@code login}, also
   * where there is no such user.
   *
   * @return empty for an unknown address or another password than theirs
   * @throws Refusal {@code quota-exceeded}, before the password is looked at
   */
  public Optional<Accounts.Account> authenticate(String email, String password) {
    Optional<Accounts.Account> found = accounts.find(email);
    String name =
        found
            .map(account -> account.userId().toString())
            .orElseGet(() -> "unknown " + Accounts.canonical(email));
    return attempt(name, password, found);
  }

  /**
   * Has a user prove again who they are. A wrong password spends from {@code login}.
   *
   * @return the hash of the password, which must be the account's still when something is done
   * @throws Refusal {@code bad-credentials} for another password than theirs; {@code
   *     quota-exceeded}, before the password is looked at
   */
  public String requirePassword(UUID userId, String password) {
    Accounts.Account account = accounts.find(userId).orElseThrow(Refusal::notFound);
    return attempt(userId.toString(), password, Optional.of(account))
        .orElseThrow(Accounts::wrongPassword)
        .passwordHash();
  }

  private Optional<Accounts.Account> attempt(
      String name, String password, Optional<Accounts.Account> account) {
    Optional<String> hash = account.map(Accounts.Account::passwordHash);
    return limits.attempt(
        Policy.LOGIN,
        name,
        () -> passwords.matches(name, password, hash) ? account : Optional.empty());
  }

  /** What names a user's change to whoever wants to see it. */
  public static ConsistencyToken change(UUID userId, long version) {
    return ConsistencyToken.of("user", userId, version);
  }

  /**
   * Replays one user.
   *
   * @throws Refusal {@code not-found}
   */
  public UserDetails find(UUID userId) {
    return load(userId).orElseThrow(Refusal::notFound);
  }

  /** Whether the user's address is known to be theirs, without a replay. */
  public boolean isVerified(UUID userId) {
    return accounts.isVerified(userId);
  }

  /** Replays a user whom mail may reach: neither locked out nor erased. */
  public Optional<UserDetails> findEnabled(UUID userId) {
    return load(userId).filter(UserDetails::enabled);
  }

  private Optional<UserDetails> load(UUID userId) {
    return AggregateReader.of(repository, userId, User::present).flatMap(Function.identity());
  }
}
