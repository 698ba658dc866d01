package dev.annals.command.identity;

import dev.annals.platform.problem.Refusal;
import java.util.UUID;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Users as their events say: never stale, since there is no read model between. */
@Component
class Users {

  private final Repository<User> repository;

  Users(Repository<User> repository) {
    this.repository = repository;
  }

  /**
   * Replays one user.
   *
   * @throws Refusal {@code not-found}
   */
  UserDetails find(UUID userId) {
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
