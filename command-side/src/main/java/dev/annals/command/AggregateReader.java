package dev.annals.command;

import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.Repository;

/** Asks aggregates for what they know, without a command: their state as of now. */
public final class AggregateReader {

  private AggregateReader() {}

  /** What an aggregate answers; nothing if there is none of that id. */
  public static <A, T> Optional<T> of(Repository<A> repository, UUID id, Function<A, T> question) {
    UnitOfWork<?> unitOfWork = DefaultUnitOfWork.startAndGet(null);
    try {
      return Optional.of(repository.load(id.toString()).invoke(question));
    } catch (AggregateNotFoundException e) {
      return Optional.empty();
    } finally {
      unitOfWork.rollback();
    }
  }
}
