package dev.annals.command.identity.key;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.security.Role;
import dev.annals.command.Database;
import dev.annals.command.identity.UserCommand.RegisterUser;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.session.Sessions;
import dev.annals.eventstore.crypto.SigningKeys;
import dev.annals.http.security.AccessToken;
import dev.annals.http.security.AccessTokens;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.EcPublicJwk;
import io.jsonwebtoken.security.Jwks;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Rotates signing keys in two processes. */
class KeyRotationTest {

  private static Database database;
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;
  private static UUID userId;
  private static UUID sessionId;

  @BeforeAll
  static void startTwo() {
    database = Database.create();
    first = database.start();
    second = database.start();
    userId = UUID.randomUUID();
    first
        .getBean(CommandGateway.class)
        .sendAndWait(
            new RegisterUser(
                userId, "a@example.org", "$2a$hash", "Ada", EnumSet.of(Role.USER), true));
    Accounts.Account account = first.getBean(Accounts.class).find(userId).orElseThrow();
    sessionId = first.getBean(Sessions.class).open(account, null).sessionId();
  }

  @AfterAll
  static void stopThem() {
    second.close();
    first.close();
  }

  @Test
  void signsWithTheNewKeyInAllProcessesAndVerifiesTheOldOne() {
    String before = issuedBy(second);

    String kid = first.getBean(SigningKeys.class).rotate(TokenIssuer.MAX_AGE).kid();
    String after = issuedBy(second);

    assertThat(header(before)).doesNotContain(kid);
    assertThat(header(after)).contains("\"kid\":\"" + kid + "\"");
    for (ConfigurableApplicationContext instance : List.of(first, second)) {
      for (String token : List.of(before, after)) {
        assertThat(verified(instance, token)).as(header(token)).isPresent();
      }
      List<EcPublicJwk> published = instance.getBean(SigningKeys.class).published();
      assertThat(published.get(0).getId()).isEqualTo(kid);
      assertThat(published).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void neitherPublishesNorVerifiesAnExpiredKey() {
    SigningKeys keys = first.getBean(SigningKeys.class);
    // A key that the other process has not cached.
    keys.rotate(TokenIssuer.MAX_AGE);
    String old = issuedBy(first);
    String kid = keys.current().kid();
    keys.rotate(TokenIssuer.MAX_AGE);
    database
        .jdbc()
        .sql("update identity.signing_key set not_after = now() - interval '1 s' where kid = ?")
        .param(kid)
        .update();

    assertThat(keys.published()).extracting(EcPublicJwk::getId).doesNotContain(kid);
    assertThat(verified(second, old)).isEmpty();
  }

  @Test
  void rejectsTokensOfAKeyInsertedIntoTheDatabase() {
    String kid = first.getBean(SigningKeys.class).current().kid();
    KeyPair pair = Jwts.SIG.ES256.keyPair().build();
    String theirs =
        Jwks.builder().key((ECPublicKey) pair.getPublic()).idFromThumbprint().build().getId();
    database
        .jdbc()
        .sql(
            """
            insert into identity.signing_key (kid, purpose, public_key, sealed_private_key, created_at)
            select ?, purpose, ?, sealed_private_key, now() + interval '1 h'
            from identity.signing_key where kid = ?
            """)
        .params(theirs, pair.getPublic().getEncoded(), kid)
        .update();
    try {
      Instant now = Instant.now();
      String minted =
          Jwts.builder()
              .header()
              .keyId(theirs)
              .type("at+jwt")
              .and()
              .issuer("annals")
              .audience()
              .add("annals")
              .and()
              .subject(userId.toString())
              .id("3f0c0e0a-0000-4000-8000-000000000003")
              .claim("sid", sessionId.toString())
              .claim("roles", List.of("AUDITOR"))
              .issuedAt(Date.from(now))
              .expiration(Date.from(now.plusSeconds(600)))
              .signWith(pair.getPrivate(), Jwts.SIG.ES256)
              .compact();
      for (ConfigurableApplicationContext instance : List.of(first, second)) {
        assertThat(verified(instance, minted)).isEmpty();
        assertThat(instance.getBean(SigningKeys.class).published())
            .extracting(EcPublicJwk::getId)
            .contains(kid)
            .doesNotContain(theirs);
        // The genuine key still signs and verifies.
        assertThat(verified(instance, issuedBy(instance))).isPresent();
        assertThat(instance.getBean(SigningKeys.class).current().kid()).isEqualTo(kid);
      }
    } finally {
      database.jdbc().sql("delete from identity.signing_key where kid = ?").param(theirs).update();
    }
  }

  @Test
  void keepsOneNewestKeyAfterConcurrentRotations() {
    IntStream.range(0, 8)
        .parallel()
        .forEach(
            i ->
                (i % 2 == 0 ? first : second)
                    .getBean(SigningKeys.class)
                    .rotate(TokenIssuer.MAX_AGE));
    assertThat(
            database
                .jdbc()
                .sql(
                    "select count(*) from identity.signing_key where purpose = 'token' and not_after is null")
                .query(Long.class)
                .single())
        .isEqualTo(1);
    assertThat(first.getBean(SigningKeys.class).current().kid())
        .isEqualTo(second.getBean(SigningKeys.class).current().kid());
  }

  @Test
  void storesThePrivateKeySealed() throws Exception {
    SigningKeys.SigningKey key = first.getBean(SigningKeys.class).current();
    byte[] stored =
        database
            .jdbc()
            .sql("select sealed_private_key from identity.signing_key where kid = ?")
            .param(key.kid())
            .query(byte[].class)
            .single();
    byte[] plain = key.privateKey().getEncoded();
    assertThat(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(plain)))
        .isEqualTo(key.privateKey());
    assertThat(new String(stored, StandardCharsets.ISO_8859_1))
        .doesNotContain(new String(plain, plain.length - 32, 32, StandardCharsets.ISO_8859_1));
    assertThat(key.toString()).doesNotContain(key.privateKey().getS().toString());
  }

  private static String issuedBy(ConfigurableApplicationContext instance) {
    return instance.getBean(TokenIssuer.class).issue(userId, sessionId, EnumSet.of(Role.USER));
  }

  private static Optional<AccessToken> verified(
      ConfigurableApplicationContext instance, String token) {
    return instance.getBean(AccessTokens.class).bearer("Bearer " + token);
  }

  private static String header(String token) {
    return new String(
        Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))),
        StandardCharsets.UTF_8);
  }
}
