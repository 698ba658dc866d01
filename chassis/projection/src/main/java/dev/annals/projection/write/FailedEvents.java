package dev.annals.projection.write;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Takes events that fail on every attempt, so that the others can go on. A failure of a store is
 * none of them: it is thrown, and stops the batch.
 */
@FunctionalInterface
public interface FailedEvents {

  /** Takes none: each failure stops the batch. */
  FailedEvents RETHROW =
      (aggregateId, sequence, failure) -> {
        throw failure;
      };

  /**
   * Sets the aggregate's events aside, from this one on.
   *
   * @param sequence of the first event that is not in the model
   * @throws RuntimeException the failure, if there are too many
   */
  void add(String aggregateId, long sequence, RuntimeException failure);

  /**
   * Collects failed events until it is known which users are erased: a missing document of an
   * erased user is not the event's fault.
   */
  final class Deferred implements FailedEvents {

    private final List<Failure> all = new ArrayList<>();

    private record Failure(String aggregateId, long sequence, RuntimeException failure) {}

    @Override
    public void add(String aggregateId, long sequence, RuntimeException failure) {
      all.add(new Failure(aggregateId, sequence, failure));
    }

    /** Passes on the failures, except those of these aggregates. */
    public void report(FailedEvents failed, Predicate<String> gone) {
      all.stream()
          .filter(it -> !gone.test(it.aggregateId()))
          .forEach(it -> failed.add(it.aggregateId(), it.sequence(), it.failure()));
    }
  }
}
