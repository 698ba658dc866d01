package dev.annals.http.security;

import dev.annals.base.security.Role;
import dev.annals.base.security.VerificationKeys;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.SignedTokens;
import io.jsonwebtoken.Jwts;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
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
    return Jwts.builder()
        .header()
        .keyId("test")
        .type("at+jwt")
        .and()
        .issuer("annals")
        .audience()
        .add("annals")
        .and()
        .subject(user.toString())
        .claim("sid", session.toString())
        .claim("roles", Arrays.stream(roles).map(Role::name).toList())
        .issuedAt(Date.from(Instant.now()))
        .expiration(Date.from(expiresAt))
        .id(UUID.randomUUID().toString())
        .signWith(KEY.getPrivate(), Jwts.SIG.ES256)
        .compact();
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
