package dev.annals.http.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.annals.http.crypto.MasterKey;
import dev.annals.http.crypto.PublicKeys;
import dev.annals.http.sample.Tokens;
import dev.annals.servers.MovingClock;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class JdbcVerificationKeysTest {

  private static final Instant START = Instant.parse("2026-11-22T05:50:00Z");

  private static final MasterKey MASTER_KEY =
      new MasterKey("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
  private static final String A = thumbprint(Tokens.PUBLIC_KEY);

  private static EmbeddedPostgres postgres;
  private static JdbcClient jdbc;

  private final MovingClock clock = new MovingClock(START);
  private final JdbcVerificationKeys keys =
      new JdbcVerificationKeys(new PublicKeys(jdbc, MASTER_KEY), clock);

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    jdbc = JdbcClient.create(postgres.getPostgresDatabase());
    jdbc.sql("create schema identity").update();
    jdbc.sql(
            "create table identity.signing_key (kid text primary key, public_key bytea not null,"
                + " sealed_private_key bytea not null, purpose text not null,"
                + " not_after timestamptz)")
        .update();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("delete from identity.signing_key").update();
  }

  @Test
  void findsAKeyForTokens() {
    store(A, "token", null);
    assertThat(keys.find(A)).contains(Tokens.PUBLIC_KEY);
  }

  @Test
  void doesNotFindAKeyForAnotherPurpose() {
    store(A, "tree-head", null);
    assertThat(keys.find(A)).isEmpty();
  }

  @Test
  void doesNotFindAnExpiredKey() {
    store(A, "token", START.plusSeconds(10));
    assertThat(keys.find(A)).isPresent();
    clock.set(START.plusSeconds(10));
    assertThat(keys.find(A)).isEmpty();
  }

  @Test
  void findsANewKeyAtOnce() {
    assertThat(keys.find(A)).isEmpty();
    store(A, "token", null);
    assertThat(keys.find(A)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\u0000", "ä", "../a"})
  void doesNotFindAnInvalidName(String name) {
    assertThat(keys.find(name)).isEmpty();
    assertThat(keys.find("a".repeat(65))).isEmpty();
  }

  @Test
  void forgetsADeletedKeyWithinAMinute() {
    store(A, "token", null);
    assertThat(keys.find(A)).isPresent();
    empty();
    assertThat(keys.find(A)).isPresent();
    clock.set(START.plusSeconds(61));
    await().untilAsserted(() -> assertThat(keys.find(A)).isEmpty());
  }

  @Test
  void forgetsACachedKeyAfterTenMinutes() {
    store(A, "token", null);
    assertThat(keys.find(A)).isPresent();
    empty();
    clock.set(START.plusSeconds(601));
    assertThat(keys.find(A)).isEmpty();
  }

  @Test
  void keepsACachedKeyWhileTheDatabaseFails() {
    store(A, "token", null);
    assertThat(keys.find(A)).isPresent();
    jdbc.sql("alter table identity.signing_key rename to away").update();
    try {
      clock.set(START.plusSeconds(61));
      assertThat(keys.find(A)).isPresent();
    } finally {
      jdbc.sql("alter table identity.away rename to signing_key").update();
    }
  }

  /** Returns rows that can be written without the master key. */
  static Stream<Arguments> forgedRows() {
    byte[] theirs = Tokens.PUBLIC_KEY.getEncoded();
    byte[] secret = Tokens.PRIVATE_KEY.getEncoded();
    KeyPair pair = Jwts.SIG.ES256.keyPair().build();
    String ours = thumbprint((ECPublicKey) pair.getPublic());
    byte[] sealedForOurs =
        MASTER_KEY.seal(pair.getPrivate().getEncoded(), PublicKeys.purpose(ours));
    MasterKey another = new MasterKey("ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=");
    return Stream.of(
        arguments("nothing sealed", A, theirs, new byte[0]),
        arguments("a private key in plain text", A, theirs, secret),
        arguments("sealed with another", A, theirs, another.seal(secret, PublicKeys.purpose(A))),
        arguments("a subject's", A, theirs, MASTER_KEY.seal(secret, "subject/" + A)),
        arguments("what is sealed in our row", A, theirs, sealedForOurs),
        arguments("the public key in our row", ours, theirs, sealedForOurs),
        arguments("no public key", ours, new byte[] {1, 2, 3}, sealedForOurs));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgedRows")
  void refusesAKeyWithoutProofOfTheMasterKey(
      String what, String kid, byte[] publicKey, byte[] sealed) {
    store(kid, publicKey, sealed, "token", null);

    assertThat(keys.find(kid)).as(what).isEmpty();
  }

  private static void store(String kid, String purpose, Instant notAfter) {
    byte[] sealed = MASTER_KEY.seal(Tokens.PRIVATE_KEY.getEncoded(), PublicKeys.purpose(kid));
    store(kid, Tokens.PUBLIC_KEY.getEncoded(), sealed, purpose, notAfter);
  }

  private static void store(
      String kid, byte[] publicKey, byte[] sealed, String purpose, Instant notAfter) {
    jdbc.sql("insert into identity.signing_key values (?, ?, ?, ?, ?)")
        .param(kid)
        .param(publicKey)
        .param(sealed)
        .param(purpose)
        .param(notAfter == null ? null : OffsetDateTime.ofInstant(notAfter, ZoneOffset.UTC))
        .update();
  }

  private static String thumbprint(ECPublicKey key) {
    return Jwks.builder().key(key).idFromThumbprint().build().getId();
  }
}
