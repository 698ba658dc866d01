package dev.annals.gateway;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Consumer;

/** Access tokens of one user, and their signing key. */
final class TestTokens {

  static final String USER = "0a4b4be5-3e1c-4d4d-9d0b-5a3f8f2a7c11";
  static final ECKey KEY = key("published");

  private TestTokens() {}

  static ECKey key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String published() {
    return new JWKSet(KEY.toPublicJWK()).toString();
  }

  static String valid() {
    return token(KEY, "at+jwt", claims -> {});
  }

  static String token(ECKey key, String type, Consumer<JWTClaimsSet.Builder> change) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer("annals")
            .audience("annals")
            .subject(USER)
            .jwtID("0d0c7a52-0b6c-4a39-8d2c-0f1f4c3a9b10")
            .claim("sid", "5f0e7f53-6f0d-4b18-8a43-5d0f5b7a9c02")
            .claim("roles", List.of("USER"))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(600)));
    change.accept(claims);
    JWSHeader header =
        new JWSHeader.Builder(JWSAlgorithm.ES256)
            .keyID(key.getKeyID())
            .type(new JOSEObjectType(type))
            .build();
    try {
      SignedJWT token = new SignedJWT(header, claims.build());
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
