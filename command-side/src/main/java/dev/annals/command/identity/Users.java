package dev.annals.command.identity;

import dev.annals.events.identity.Role;
import dev.annals.platform.axon.AxonConfiguration;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.ConsistencyToken;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Registers users, and shows them as their events say: never stale, with no read model between. */
@Component
public class Users {

  private final Repository<User> repository;
  private final CommandGateway commands;
  private final Passwords passwords;

  Users(Repository<User> repository, CommandGateway commands, Passwords passwords) {
    this.repository = repository;
    this.commands = commands;
    this.passwords = passwords;
  }

  /**
   * Registers somebody, by themselves: until now there was nobody else to name as the actor.
   *
   * @throws Refusal {@code email-taken}
   */
  UserDetails register(String email, String password, String displayName, Set<Role> roles) {
    UUID userId = UUID.randomUUID();
    return commands.sendAndWait(
        GenericCommandMessage.asCommandMessage(
                new RegisterUser(userId, email, passwords.hash(password), displayName, roles))
            .andMetaData(Map.of(AxonConfiguration.ACTOR, userId.toString())));
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
    UnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(null);
    try {
      return repository.load(userId.toString()).invoke(User::details);
    } catch (AggregateNotFoundException e) {
      throw Refusal.notFound();
    } finally {
      unitOfWork.rollback();
    }
  }
}
