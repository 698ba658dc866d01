package dev.annals.eventstore.aggregate;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;

/** Reads the current state of aggregates, without a command. */
public final class AggregateReader {

  private AggregateReader() {}

  /** Applies a function to an aggregate. Empty if there is no aggregate with this id. */
  public static <A, T> Optional<T> of(Repository<A> repository, UUID id, Function<A, T> reader) {
    UnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(null);
    try {
      return Optional.of(repository.load(id.toString()).invoke(reader));
    } catch (AggregateNotFoundException e) {
      return Optional.empty();
    } finally {
      unitOfWork.rollback();
    }
  }
}
