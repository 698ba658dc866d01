package dev.annals.query.model;

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
}
