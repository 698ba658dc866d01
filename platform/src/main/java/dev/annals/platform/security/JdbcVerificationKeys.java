package dev.annals.platform.security;

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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The token keys of {@code identity.signing_key}, all of them kept in memory. They are read again
 * every minute, and for a name that is not known at most once a second, however many tokens with
 * made-up names arrive.
 */
@Component
final class JdbcVerificationKeys implements VerificationKeys {

  private static final Duration STALE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final JdbcClient jdbc;
  private final Clock clock;
  private volatile Known known = new Known(Map.of(), Instant.MIN);

  JdbcVerificationKeys(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  @Override
  public Optional<ECPublicKey> find(String kid) {
    Instant now = clock.instant();
    boolean unknown = !known.keys().containsKey(kid);
    if (known.readAt().isBefore(now.minus(unknown ? PAUSE : STALE))) {
      read(now, unknown);
    }
    return Optional.ofNullable(known.keys().get(kid))
        .filter(key -> key.notAfter() == null || now.isBefore(key.notAfter()))
        .map(Key::publicKey);
  }

  private synchronized void read(Instant now, boolean unknown) {
    if (!known.readAt().isBefore(now.minus(PAUSE))) {
      return;
    }
    try {
      known =
          new Known(
              jdbc
                  .sql(
                      "select kid, public_key, not_after from identity.signing_key"
                          + " where purpose = 'token'")
                  .query((row, number) -> key(row))
                  .list()
                  .stream()
                  .collect(Collectors.toMap(Key::kid, Function.identity())),
              now);
    } catch (DataAccessException away) {
      // Tokens that are known go on while the database is away; it is asked again in a second.
      known = new Known(known.keys(), now.minus(STALE).plus(PAUSE));
      if (unknown) {
        throw away;
      }
    }
  }

  private static Key key(ResultSet row) throws SQLException {
    Timestamp notAfter = row.getTimestamp("not_after");
    try {
      return new Key(
          row.getString("kid"),
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(new X509EncodedKeySpec(row.getBytes("public_key"))),
          notAfter == null ? null : notAfter.toInstant());
    } catch (GeneralSecurityException noKey) {
      throw new SQLException("Not a public key: " + row.getString("kid"), noKey);
    }
  }

  private record Key(String kid, ECPublicKey publicKey, @Nullable Instant notAfter) {}

  private record Known(Map<String, Key> keys, Instant readAt) {}
}
