package dev.annals.platform.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The token keys of {@code identity.signing_key}. A key that was found is remembered, and looked up
 * again in the background after a minute; one that was not found is looked up each time, since it
 * may have been made a moment ago by another process.
 */
@Component
final class JdbcVerificationKeys implements VerificationKeys {

  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int MOST = 100;

  // A thumbprint (RFC 7638) by SHA-256 in base64url.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final JdbcClient jdbc;
  private final Clock clock;
  private final LoadingCache<String, Key> keys;

  JdbcVerificationKeys(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.keys =
        Caffeine.newBuilder()
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .refreshAfterWrite(FRESH)
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MOST)
            .build(this::read);
  }

  @Override
  public Optional<ECPublicKey> find(String kid) {
    return Optional.of(kid)
        .filter(NAME.asMatchPredicate())
        .map(keys::get)
        .filter(key -> key.notAfter() == null || clock.instant().isBefore(key.notAfter()))
        .map(Key::publicKey);
  }

  private @Nullable Key read(String kid) {
    return jdbc.sql(
            """
            select kid, public_key, not_after from identity.signing_key
            where purpose = 'token' and kid = ?
            """)
        .param(kid)
        .query((row, number) -> key(row))
        .optional()
        .orElse(null);
  }

  private static Key key(ResultSet row) throws SQLException {
    Timestamp notAfter = row.getTimestamp("not_after");
    try {
      return new Key(
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(new X509EncodedKeySpec(row.getBytes("public_key"))),
          notAfter == null ? null : notAfter.toInstant());
    } catch (GeneralSecurityException noKey) {
      throw new SQLException("Not a public key: " + row.getString("kid"), noKey);
    }
  }

  private record Key(ECPublicKey publicKey, @Nullable Instant notAfter) {}
}
