package dev.annals.query.model;

import java.util.Set;
import java.util.UUID;

/** Says who was erased. */
@FunctionalInterface
public interface Erased {

  /**
   * Those of these users who were, as of now: nothing of them may be shown any more.
   *
   * @throws org.springframework.dao.DataAccessException when nobody can say
   */
  Set<UUID> among(Set<UUID> users);
}
