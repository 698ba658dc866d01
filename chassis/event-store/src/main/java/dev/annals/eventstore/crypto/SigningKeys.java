package dev.annals.eventstore.crypto;

import dev.annals.http.crypto.MasterKey;
import dev.annals.http.crypto.PublicKeys;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.EcPublicJwk;
import io.jsonwebtoken.security.Jwks;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The P-256 keys that sign access tokens, and the one that signs the heads of the history's tree.
 * They are stored sealed and published as JWKs (RFC 7517); the first of each purpose is generated
 * on demand. A verifier of one purpose rejects signatures of the other.
 */
public class SigningKeys {

  private static final String TOKEN = "token";
  private static final String SEAL = "seal";

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final MasterKey masterKey;
  private final PublicKeys publicKeys;
  private final Clock clock;
  private volatile SigningKey current;

  SigningKeys(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      MasterKey masterKey,
      PublicKeys publicKeys,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.masterKey = masterKey;
    this.publicKeys = publicKeys;
    this.clock = clock;
  }

  /** A private key and its id. */
  public record SigningKey(String kid, ECPrivateKey privateKey) {}

  /** Returns the newest key for tokens, also right after another process rotated it. */
  public SigningKey current() {
    SigningKey known = current;
    if (known == null
        || publicKeys.newest(TOKEN).filter(newest -> newest.kid().equals(known.kid())).isEmpty()) {
      current = transactions.execute(status -> newestOrNew(TOKEN));
    }
    return current;
  }

  /** Returns the key for heads of the history's tree. It is never rotated, so old heads verify. */
  public SigningKey sealing() {
    return transactions.execute(status -> newestOrNew(SEAL));
  }

  /**
   * Generates a key, which signs tokens in all processes from now on. Earlier keys stay published
   * and valid for a grace period.
   *
   * @param grace the maximum age of a token
   */
  public SigningKey rotate(Duration grace) {
    return transactions.execute(
        status -> {
          lock();
          jdbc.sql(
                  "update identity.signing_key set not_after = ? where purpose = ? and not_after is null")
              .params(OffsetDateTime.now(clock).plus(grace), TOKEN)
              .update();
          return generate(TOKEN);
        });
  }

  /** Returns the keys of tokens that may be valid, newest first, and the key of tree heads. */
  public List<EcPublicJwk> published() {
    return publicKeys.findActive(clock.instant()).stream().map(SigningKeys::jwk).toList();
  }

  // Concurrent processes generate one key.
  private void lock() {
    jdbc.sql("select pg_advisory_xact_lock(hashtext('identity.signing_key'))").query(row -> {});
  }

  private SigningKey newestOrNew(String use) {
    lock();
    return publicKeys
        .newest(use)
        .map(PublicKeys.PublicKey::kid)
        .map(
            kid ->
                jdbc.sql("select sealed_private_key from identity.signing_key where kid = ?")
                    .param(kid)
                    .query((row, number) -> key(kid, row.getBytes(1)))
                    .single())
        .orElseGet(() -> generate(use));
  }

  private SigningKey generate(String use) {
    KeyPair pair = Jwts.SIG.ES256.keyPair().build();
    String kid =
        Jwks.builder().key((ECPublicKey) pair.getPublic()).idFromThumbprint().build().getId();
    jdbc.sql(
            """
            insert into identity.signing_key (kid, purpose, public_key, sealed_private_key, created_at)
            values (?, ?, ?, ?, ?)
            """)
        .params(
            kid,
            use,
            pair.getPublic().getEncoded(),
            masterKey.seal(pair.getPrivate().getEncoded(), PublicKeys.purpose(kid)),
            OffsetDateTime.now(clock))
        .update();
    return new SigningKey(kid, (ECPrivateKey) pair.getPrivate());
  }

  private SigningKey key(String kid, byte[] stored) {
    byte[] encoded = masterKey.open(stored, PublicKeys.purpose(kid));
    try {
      return new SigningKey(
          kid,
          (ECPrivateKey)
              KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The signing key " + kid + " is damaged", e);
    }
  }

  private static EcPublicJwk jwk(PublicKeys.PublicKey stored) {
    return Jwks.builder()
        .key(stored.key())
        .id(stored.kid())
        .algorithm("ES256")
        .publicKeyUse("sig")
        .build();
  }
}
