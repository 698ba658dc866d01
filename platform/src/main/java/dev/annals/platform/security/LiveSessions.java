package dev.annals.platform.security;

import java.util.Set;
import java.util.UUID;

/** The sessions that are neither revoked nor at their end. */
public interface LiveSessions {

  /**
   * Those of these sessions that are live now, as the whole deployment knows it: a revocation that
   * was answered is seen.
   *
   * @throws org.springframework.dao.DataAccessException if nobody can say
   */
  Set<UUID> findLive(Set<UUID> sessionIds);
}
