package dev.annals.command.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Sessions and their refresh tokens, of which only the SHA-256 is kept. */
@Component
class Sessions {

  /** A session's absolute end, however often it is refreshed. */
  static final Duration LIFETIME = Duration.ofDays(30);

  private static final int TOKEN_BYTES = 32;
  private static final int MAX_USER_AGENT = 200;

  private final JdbcClient jdbc;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Sessions(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  record Opened(UUID sessionId, String refreshToken) {}

  @Transactional
  public Opened open(UUID userId, String userAgent) {
    UUID sessionId = UUID.randomUUID();
    OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    jdbc.sql(
            """
            insert into identity.session (id, user_id, user_agent, created_at, last_used_at, expires_at)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(sessionId, userId, shortened(userAgent), now, now, now.plus(LIFETIME))
        .update();
    byte[] secret = new byte[TOKEN_BYTES];
    random.nextBytes(secret);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    jdbc.sql(
            "insert into identity.refresh_token (token_hash, session_id, issued_at) values (?, ?, ?)")
        .params(sha256(token), sessionId, now)
        .update();
    return new Opened(sessionId, token);
  }

  private static String shortened(String userAgent) {
    return userAgent == null || userAgent.length() <= MAX_USER_AGENT
        ? userAgent
        : userAgent.substring(0, MAX_USER_AGENT);
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing from this Java runtime", e);
    }
  }
}
