package dev.annals.projection.write;

import static java.util.stream.Collectors.toSet;

import java.util.Collection;
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

  /** Returns those of the users who are erased, all by their id in lower case. */
  default Set<String> amongIds(Collection<String> users) {
    return among(users.stream().map(UUID::fromString).collect(toSet())).stream()
        .map(UUID::toString)
        .collect(toSet());
  }
}
