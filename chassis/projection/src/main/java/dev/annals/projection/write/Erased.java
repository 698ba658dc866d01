package dev.annals.projection.write;

import java.util.Set;
import java.util.UUID;

/** Tells which users are erased. */
@FunctionalInterface
public interface Erased {

  /**
   * Returns those of the users who are erased by now. Nothing of them may be shown any more.
   *
   * @throws org.springframework.dao.DataAccessException if this cannot be looked up
   */
  Set<UUID> among(Set<UUID> users);
}
