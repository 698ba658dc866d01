package dev.annals.command.identity;

import dev.annals.command.Replay;
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
import org.springframework.stereotype.Component;

/** Registers users, and shows them as their events say: never stale, with no read model between. */
@Component
public class Users {

  private final Repository<User> repository;
  private final CommandGateway commands;
  private final Accounts accounts;
  private final Passwords passwords;

  Users(
      Repository<User> repository,
      CommandGateway commands,
      Accounts accounts,
      Passwords passwords) {
    this.repository = repository;
    this.commands = commands;
    this.accounts = accounts;
    this.passwords = passwords;
  }

  /**
   * Registers somebody, by themselves: until now there was nobody else to name as the actor.
   *
   * @throws Refusal {@code email-taken}
   */
  UserDetails register(String email, String password, String displayName, Set<Role> roles) {
    return register(email, password, displayName, roles, false);
  }

  /**
   * Registers a user whose address is verified by the operator.
   *
   * @throws Refusal {@code email-taken}
   */
  UserDetails registerVerified(String email, String password, String displayName, Set<Role> roles) {
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
  void verify(UUID userId) {
    commands.sendAndWait(new VerifyEmail(userId, Optional.empty()));
  }

  /**
   * Has a user prove again who they are.
   *
   * @return the hash of the password, which must be the account's still when something is done
   * @throws Refusal {@code bad-credentials} for another password than theirs
   */
  String requirePassword(UUID userId, String password) {
    Accounts.Account account = accounts.find(userId).orElseThrow(Refusal::notFound);
    if (!passwords.matches(password, account.passwordHash())) {
      throw Accounts.wrongPassword();
    }
    return account.passwordHash();
  }

  /** What names a user's change to whoever wants to see it. */
  static ConsistencyToken change(UUID userId, long version) {
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
    return Replay.of(repository, userId, User::present).flatMap(Function.identity());
  }
}
