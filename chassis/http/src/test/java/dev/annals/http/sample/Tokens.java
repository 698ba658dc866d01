package dev.annals.http.sample;

import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;

/** Signs access tokens like the command side. */
public final class Tokens {

  public static final String KID = "key-1";
  public static final String USER_ID = "7b0c2a3e-0d0b-4a52-9d0a-2f6f5d2f3a01";
  public static final String SESSION_ID = "5f0e7f53-6f0d-4b18-8a43-5d0f5b7a9c02";

  private static final KeyPair PAIR = Jwts.SIG.ES256.keyPair().build();
  public static final ECPublicKey PUBLIC_KEY = (ECPublicKey) PAIR.getPublic();
  public static final PrivateKey PRIVATE_KEY = PAIR.getPrivate();

  private Tokens() {}

  /** Returns a valid token with these roles. */
  public static String of(String... roles) {
    return valid(roles).signWith(PRIVATE_KEY, Jwts.SIG.ES256).compact();
  }

  /** Returns a valid token of another user. */
  public static String ofUser(UUID user) {
    return valid("USER").subject(user.toString()).signWith(PRIVATE_KEY, Jwts.SIG.ES256).compact();
  }

  /** Returns a valid token to be modified and signed. */
  public static JwtBuilder valid(String... roles) {
    Instant now = Instant.now();
    return Jwts.builder()
        .header()
        .keyId(KID)
        .type("at+jwt")
        .and()
        .issuer("annals")
        .audience()
        .add("annals")
        .and()
        .subject(USER_ID)
        .id("3f0c0e0a-0000-4000-8000-000000000003")
        .issuedAt(Date.from(now))
        .expiration(Date.from(now.plusSeconds(600)))
        .claim("sid", SESSION_ID)
        .claim("roles", List.of(roles));
  }
}
