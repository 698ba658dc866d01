package dev.annals.http.security;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.annals.base.security.VerificationKeys;
import dev.annals.http.crypto.PublicKeys;
import dev.annals.http.crypto.PublicKeys.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;

/**
 * The token keys of {@code identity.signing_key}. A found key is cached and refreshed in the
 * background after a minute. Missing keys are not cached, since another process may just have
 * created the key.
 */
@ConditionalOnMissingBean(VerificationKeys.class)
final class JdbcVerificationKeys implements VerificationKeys {

  private static final Duration REFRESH_INTERVAL = Duration.ofMinutes(1);
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final int MAX_KEYS = 100;

  // A thumbprint (RFC 7638) by SHA-256 in base64url.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final Clock clock;
  private final LoadingCache<String, PublicKey> keys;

  JdbcVerificationKeys(PublicKeys stored, Clock clock) {
    this.clock = clock;
    this.keys =
        Caffeine.newBuilder()
            .ticker(() -> Duration.between(Instant.EPOCH, clock.instant()).toNanos())
            .refreshAfterWrite(REFRESH_INTERVAL)
            .expireAfterWrite(TTL)
            .maximumSize(MAX_KEYS)
            .build(kid -> stored.find(kid, "token").orElse(null));
  }

  @Override
  public Optional<ECPublicKey> find(String kid) {
    return Optional.of(kid)
        .filter(NAME.asMatchPredicate())
        .map(keys::get)
        .filter(key -> key.notAfter() == null || clock.instant().isBefore(key.notAfter()))
        .map(PublicKey::key);
  }
}
