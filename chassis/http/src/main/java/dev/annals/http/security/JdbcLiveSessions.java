package dev.annals.http.security;

import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.Set;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads live sessions from {@code identity.session}. A revoked session has no row. */
@ConditionalOnMissingBean(LiveSessions.class)
record JdbcLiveSessions(JdbcClient jdbc, Clock clock) implements LiveSessions {

  @Override
  public Set<UUID> findLive(Set<UUID> sessionIds) {
    return jdbc.sql("select id from identity.session where id = any(?) and expires_at > ?")
        .params(sessionIds.toArray(UUID[]::new), OffsetDateTime.now(clock))
        .query(UUID.class)
        .set();
  }
}
