package dev.annals.projection.model;

import dev.annals.base.problem.Refusal;

/** Refuses to read models that have events which a restored event store lacks. */
@FunctionalInterface
public interface RestoreGuard {

  /**
   * Returns if the model of a processor may be read.
   *
   * @throws Refusal {@code read-model-behind} while the model is rebuilt or cut back
   * @throws org.springframework.dao.DataAccessException if that is unknown yet
   */
  void requireReadable(String processor);
}
