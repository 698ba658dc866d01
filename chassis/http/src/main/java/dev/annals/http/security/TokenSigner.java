package dev.annals.http.security;

import dev.annals.base.security.Role;
import dev.annals.base.security.TokenProperties;
import io.jsonwebtoken.Jwts;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/**
 * Signs access tokens: JWTs (RFC 9068), with ES256.
 *
 * @param kid the name by which {@link dev.annals.base.security.VerificationKeys} finds the public
 *     key
 */
public record TokenSigner(String kid, ECPrivateKey key, TokenProperties claims) {

  /** Returns a token that authenticates a caller for some time, up to whole seconds. */
  public String sign(Caller caller, Instant issuedAt, Duration lifetime) {
    return Jwts.builder()
        .header()
        .keyId(kid)
        .type("at+jwt")
        .and()
        .issuer(claims.issuer())
        .audience()
        .add(claims.audience())
        .and()
        .subject(caller.userId().toString())
        .claim("sid", caller.sessionId().toString())
        .claim("roles", caller.roles().stream().map(Role::name).sorted().toList())
        .issuedAt(Date.from(issuedAt))
        .expiration(Date.from(issuedAt.plus(lifetime)))
        .id(UUID.randomUUID().toString())
        .signWith(key, Jwts.SIG.ES256)
        .compact();
  }
}
