package dev.annals.projection.write;

import static java.util.stream.Collectors.toSet;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Tells which users are erased. */
@FunctionalInterface
public interface Erased {

  /**
   * Returns those of the users who are erased by now. Nothing of them may be shown any more.
   *
   * @throws org.springframework.dao.DataAccessException if this cannot be looked up
   */
  Set<UUID> among(Set<UUID> users);

  /**
   * Returns those of the users who are erased by now, but maybe not all who were erased within the
   * last minute. Users whose events have just been read cost no look-up.
   */
  default Set<UUID> knownAmong(Set<UUID> users) {
    return among(users);
  }

  /** Returns the same as {@link #among}, all by their id in lower case. */
  default Set<String> amongIds(Collection<String> users) {
    return ids(this::among, users);
  }

  /** Returns the same as {@link #knownAmong}, all by their id in lower case. */
  default Set<String> knownAmongIds(Collection<String> users) {
    return ids(this::knownAmong, users);
  }

  private static Set<String> ids(UnaryOperator<Set<UUID>> look, Collection<String> users) {
    return look.apply(users.stream().map(UUID::fromString).collect(toSet())).stream()
        .map(UUID::toString)
        .collect(toSet());
  }
}
