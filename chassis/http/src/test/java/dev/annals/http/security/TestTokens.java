package dev.annals.http.security;

import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import dev.annals.base.security.VerificationKeys;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.SignedTokens;
import io.jsonwebtoken.Jwts;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.dao.DataAccessResourceFailureException;

/** Access tokens and consistency tokens, and the keys to verify them. */
public final class TestTokens {

  /** The session of tokens without another one. */
  public static final UUID SESSION = new UUID(5, 5);

  /** The key that signs consistency tokens. */
  public static final MasterKey MASTER_KEY = new MasterKey("A".repeat(43) + "=");

  private static final SignedTokens SIGNED = new SignedTokens(MASTER_KEY);
  private static final Set<UUID> REVOKED = ConcurrentHashMap.newKeySet();
  private static final KeyPair KEY = Jwts.SIG.ES256.keyPair().build();

  private TestTokens() {}

  /** Returns a token that is valid for ten minutes. */
  public static String of(UUID user, Role... roles) {
    return of(user, SESSION, Instant.now().plusSeconds(600), roles);
  }

  /** Returns a consistency token as the command side issues it. */
  public static String of(ConsistencyToken change) {
    return SIGNED.sign(change);
  }

  /** Returns a token that is valid until the given second. */
  public static String of(UUID user, UUID session, Instant expiresAt, Role... roles) {
    Instant now = Instant.now();
    return new TokenSigner(
            "test", (ECPrivateKey) KEY.getPrivate(), new TokenProperties("annals", "annals"))
        .sign(new Caller(user, session, Set.of(roles)), now, Duration.between(now, expiresAt));
  }

  /** Returns the key to verify them. */
  public static VerificationKeys keys() {
    return kid ->
        kid.equals("test") ? Optional.of((ECPublicKey) KEY.getPublic()) : Optional.empty();
  }

  /** A session that cannot be looked up. */
  public static final UUID UNKNOWABLE = new UUID(6, 6);

  /** Revokes a session for good. */
  public static void revoke(UUID session) {
    REVOKED.add(session);
  }

  /** Returns those of the sessions that are not revoked. */
  public static Set<UUID> live(Set<UUID> sessions) {
    if (sessions.contains(UNKNOWABLE)) {
      throw new DataAccessResourceFailureException("The database is away");
    }
    return sessions.stream()
        .filter(session -> !REVOKED.contains(session))
        .collect(Collectors.toSet());
  }
}
