package dev.annals.eventstore.storage;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.problem.ProblemMapping;
import java.util.Optional;
import org.axonframework.common.lock.LockAcquisitionFailedException;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;

/** Maps the exceptions of Axon and of the stored events. */
final class EventStoreProblems implements ProblemMapping {

  @Override
  public Optional<Refusal> refusal(Throwable thrown) {
    // A user may have been erased after authorization.
    if (thrown instanceof AggregateNotFoundException || thrown instanceof ErasedSubjectException) {
      return Optional.of(Refusal.notFound());
    }
    if (thrown instanceof ConcurrencyException
        || thrown instanceof AggregateStreamCreationException) {
      return Optional.of(
          new Refusal(Problem.CONFLICT, "Another request changed the same resource first."));
    }
    if (thrown instanceof LockAcquisitionFailedException) {
      return Optional.of(new Refusal(Problem.UNAVAILABLE));
    }
    return UnreadableEventException.isReadFailure(thrown)
        ? UnreadableEventException.reason(thrown)
            .map(
                why ->
                    new Refusal(
                        Problem.UNREADABLE_EVENT, "An event of its history cannot be read. " + why))
        : Optional.empty();
  }
}
