package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import tools.jackson.databind.JsonNode;

/** Verifies and forges access tokens with the cryptography of the JDK. */
@ExtendWith(Deployment.class)
class AccessTokenIT {

  private final Client anybody;
  private final String userId;
  private final List<String> parts;

  AccessTokenIT(Annals annals) {
    anybody = annals.anybody();
    Client user = annals.newUser();
    userId = user.get("/users/me").expect(200).id();
    parts = List.of(user.headers().get("Authorization").substring("Bearer ".length()).split("\\."));
  }

  @Test
  void saysWhatRfc9068WantsItToSay() {
    JsonNode header = decoded(parts.get(0));
    assertThat(header.get("alg").asString()).isEqualTo("ES256");
    assertThat(header.get("typ").asString()).isEqualTo("at+jwt");
    assertThat(header.get("kid").asString()).isNotBlank();
    JsonNode claims = decoded(parts.get(1));
    assertThat(claims.propertyNames())
        .containsExactlyInAnyOrder("iss", "aud", "sub", "sid", "roles", "iat", "exp", "jti");
    assertThat(claims.get("sub").asString()).isEqualTo(userId);
    assertThat(Json.texts(claims.get("roles"))).containsExactly("USER");
    long issued = claims.get("iat").asLong();
    assertThat(claims.get("exp").asLong() - issued).isEqualTo(600);
    assertThat(Instant.ofEpochSecond(issued))
        .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(120));
  }

  @Test
  void isSignedByThePublishedKeyOfItsName() throws Exception {
    JsonNode key = publishedKey();
    assertThat(key.get("kty").asString()).isEqualTo("EC");
    assertThat(key.get("crv").asString()).isEqualTo("P-256");
    assertThat(key.has("d")).as("the private part").isFalse();
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(publicKey(key));
    verifier.update((parts.get(0) + "." + parts.get(1)).getBytes(US_ASCII));
    assertThat(verifier.verify(Base64.getUrlDecoder().decode(parts.get(2)))).isTrue();
  }

  @Test
  void isRefusedAfterAnyChange() {
    String more = encoded(Json.with(text(parts.get(1)), "roles", List.of("USER", "ADMIN")));
    refuses(parts.get(0) + "." + more + "." + parts.get(2));
    refuses(parts.get(0) + "." + parts.get(1) + "." + flipped(parts.get(2)));
    refuses(parts.get(0) + "." + parts.get(1) + ".");
    refuses(parts.get(0) + "." + parts.get(1));
    refuses(parts.get(0) + "." + parts.get(1) + "." + "A".repeat(parts.get(2).length()));
    refuses(String.join(".", parts) + ".");
    refuses(String.join(".", parts) + "x");
  }

  /** Each mutated token is answered with 401. */
  @Test
  void isRefusedAfterEachMutation() {
    Random random = new Random(42);
    String token = String.join(".", parts);
    String letters = "ABCxyz019-_.= %\u00e9{}\"";
    for (int i = 0; i < 400; i++) {
      StringBuilder mutated = new StringBuilder(token);
      for (int change = 0; change <= random.nextInt(3); change++) {
        int at = random.nextInt(mutated.length());
        char letter = letters.charAt(random.nextInt(letters.length()));
        switch (random.nextInt(4)) {
          case 0 -> mutated.setCharAt(at, letter);
          case 1 -> mutated.deleteCharAt(at);
          case 2 -> mutated.insert(at, letter);
          default -> mutated.setLength(Math.max(1, at));
        }
      }
      // White space around a value is not part of it.
      if (!mutated.toString().strip().equals(token)) {
        refuses(mutated.toString());
      }
    }
  }

  /** An independent library verifies the token with the published keys only. */
  @Test
  void isAcceptedByAnotherLibrary() {
    NimbusJwtDecoder decoder =
        NimbusJwtDecoder.withJwkSetUri(anybody.url() + "/.well-known/jwks.json")
            .jwsAlgorithm(SignatureAlgorithm.ES256)
            .validateType(false)
            .build();
    decoder.setJwtValidator(
        JwtValidators.createAtJwtValidator()
            .issuer("annals")
            .audience("annals")
            // Clients are not distinguished.
            .validators(them -> them.put("client_id", any -> OAuth2TokenValidatorResult.success()))
            .build());
    Jwt jwt = decoder.decode(String.join(".", parts));
    assertThat(jwt.getSubject()).isEqualTo(userId);
    assertThat(jwt.getClaimAsStringList("roles")).containsExactly("USER");
  }

  @Test
  void isRefusedWithoutASignature() {
    for (String none : List.of("none", "None", "NONE")) {
      String header = encoded(Json.with(text(parts.get(0)), "alg", none));
      refuses(header + "." + parts.get(1) + ".");
      refuses(header + "." + parts.get(1) + "." + parts.get(2));
    }
  }

  @Test
  void isRefusedWhenThePublicKeyServesAsASharedSecret() throws Exception {
    JsonNode key = publishedKey();
    String header = encoded(Json.with(text(parts.get(0)), "alg", "HS256"));
    for (byte[] secret :
        List.of(
            publicKey(key).getEncoded(),
            key.toString().getBytes(UTF_8),
            key.get("x").asString().getBytes(UTF_8))) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      byte[] signature = mac.doFinal((header + "." + parts.get(1)).getBytes(US_ASCII));
      refuses(header + "." + parts.get(1) + "." + encoded(signature));
    }
  }

  @Test
  void isRefusedIfSignedByItsEmbeddedKey() throws Exception {
    KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
    keys.initialize(new ECGenParameterSpec("secp256r1"));
    PrivateKey forger = keys.generateKeyPair().getPrivate();
    String own = text(parts.get(0));
    refuses(signed(own, text(parts.get(1)), forger));
    refuses(signed(Json.with(own, "kid", "unknown"), text(parts.get(1)), forger));
    refuses(signed(Json.without(own, "kid"), text(parts.get(1)), forger));
    refuses(signed(Json.with(own, "jwk", publishedKey()), text(parts.get(1)), forger));
    refuses(signed(Json.with(own, "kid", "' or '1'='1"), text(parts.get(1)), forger));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Bearer", "Bearer ", "Basic YTpi", "Bearer a.b.c", "Bearer ..", "Token x"})
  void isRequestedByAChallenge(String authorization) {
    Answer refused =
        anybody
            .with("Authorization", authorization)
            .get("/users/me")
            .isProblem(401, "unauthorized");
    assertThat(refused.header("WWW-Authenticate").orElseThrow()).startsWith("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/users/me", "/notes", "/tasks", "/nothing", "/"})
  void isNeeded(String path) {
    Answer refused = anybody.get(path).isProblem(401, "unauthorized");
    assertThat(refused.header("WWW-Authenticate")).hasValue("Bearer");
  }

  @Test
  void isAcceptedInTheHeaderOnly() {
    anybody.get("/users/me?access_token=" + String.join(".", parts)).isProblem(401, "unauthorized");
    anybody.with("Authorization", "bearer " + String.join(".", parts)).get("/users/me").expect(200);
  }

  private void refuses(String token) {
    Answer refused =
        anybody
            .with("Authorization", "Bearer " + token)
            .get("/users/me")
            .isProblem(401, "unauthorized");
    assertThat(refused.header("WWW-Authenticate").orElseThrow()).startsWith("Bearer");
  }

  private JsonNode publishedKey() {
    String kid = decoded(parts.get(0)).get("kid").asString();
    for (JsonNode key : anybody.get("/.well-known/jwks.json").expect(200).json().get("keys")) {
      if (key.get("kid").asString().equals(kid)) {
        return key;
      }
    }
    throw new AssertionError("no key " + kid);
  }

  private static PublicKey publicKey(JsonNode jwk) throws Exception {
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(number(jwk.get("x")), number(jwk.get("y"))),
                curve.getParameterSpec(ECParameterSpec.class)));
  }

  private static BigInteger number(JsonNode coordinate) {
    return new BigInteger(1, Base64.getUrlDecoder().decode(coordinate.asString()));
  }

  private static String signed(String header, String claims, PrivateKey key) throws Exception {
    String content = encoded(header) + "." + encoded(claims);
    Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
    signer.initSign(key);
    signer.update(content.getBytes(US_ASCII));
    return content + "." + encoded(signer.sign());
  }

  private static String flipped(String signature) {
    return (signature.charAt(0) == 'A' ? 'B' : 'A') + signature.substring(1);
  }

  private static JsonNode decoded(String part) {
    return Json.parse(Base64.getUrlDecoder().decode(part));
  }

  private static String text(String part) {
    return new String(Base64.getUrlDecoder().decode(part), UTF_8);
  }

  private static String encoded(String text) {
    return encoded(text.getBytes(UTF_8));
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
