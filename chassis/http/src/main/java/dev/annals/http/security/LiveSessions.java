package dev.annals.http.security;

import java.util.Set;
import java.util.UUID;

/** The sessions that are neither revoked nor expired. */
public interface LiveSessions {

  /**
   * Returns the live sessions among these. Every acknowledged revocation is visible.
   *
   * @throws org.springframework.dao.DataAccessException if the sessions cannot be read
   */
  Set<UUID> findLive(Set<UUID> sessionIds);
}
