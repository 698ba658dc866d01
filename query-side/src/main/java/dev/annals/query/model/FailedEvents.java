package dev.annals.query.model;

/**
 * Takes events that fail however often they are tried, so that the others can go on. What a store
 * fails to do is none of them: that is thrown, and stops the batch.
 */
@FunctionalInterface
public interface FailedEvents {

  /** Has none set aside: what fails stops the batch. */
  FailedEvents RETHROW =
      (aggregateId, sequence, failure) -> {
        throw failure;
      };

  /**
   * Sets the aggregate's events aside, from this one on.
   *
   * @param sequence of the first that is not to be in the model
   * @throws RuntimeException the failure, when there are too many
   */
  void add(String aggregateId, long sequence, RuntimeException failure);
}
