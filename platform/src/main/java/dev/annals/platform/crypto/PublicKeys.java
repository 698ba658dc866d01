package dev.annals.platform.crypto;

import io.jsonwebtoken.security.Jwks;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads the public keys of {@code identity.signing_key}. A key is named by its thumbprint (RFC
 * 7638) and stored with its private key, which is sealed for that name. So only who has the master
 * key can add a key or replace one: a row that does not prove this is refused, and logged.
 */
@Component
public final class PublicKeys {

  private static final Logger log = LoggerFactory.getLogger(PublicKeys.class);

  private final JdbcClient jdbc;
  private final MasterKey masterKey;

  public PublicKeys(JdbcClient jdbc, MasterKey masterKey) {
    this.jdbc = jdbc;
    this.masterKey = masterKey;
  }

  /**
   * A key that was made by a holder of the master key.
   *
   * @param notAfter when it ends, if that is known
   */
  public record PublicKey(String kid, ECPublicKey key, @Nullable Instant notAfter) {}

  /** Finds the key of that name for the purpose, also one that has ended. */
  public Optional<PublicKey> find(String kid, String purpose) {
    return jdbc.sql("select * from identity.signing_key where kid = ? and purpose = ?")
        .params(kid, purpose)
        .query((row, number) -> read(row))
        .optional()
        .flatMap(found -> found);
  }

  /**
   * Finds the newest key for the purpose that has no end.
   *
   * @return empty if there is none at all
   * @throws IllegalStateException if there are some, but none of them was made with the master key
   */
  public Optional<PublicKey> newest(String purpose) {
    List<Optional<PublicKey>> stored =
        jdbc.sql(
                """
                select * from identity.signing_key where purpose = ? and not_after is null
                order by created_at desc
                """)
            .param(purpose)
            .query((row, number) -> read(row))
            .list();
    Optional<PublicKey> newest = stored.stream().flatMap(Optional::stream).findFirst();
    if (newest.isEmpty() && !stored.isEmpty()) {
      throw new IllegalStateException("No stored key was made with annals.master-key");
    }
    return newest;
  }

  /** Lists the keys for any purpose that have not ended: by purpose, the newest first. */
  public List<PublicKey> inUse(Instant now) {
    return jdbc
        .sql(
            """
            select * from identity.signing_key where not_after is null or not_after > ?
            order by purpose desc, created_at desc
            """)
        .param(OffsetDateTime.ofInstant(now, ZoneOffset.UTC))
        .query((row, number) -> read(row))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** Says for what the private key of that name is sealed. */
  public static String purpose(String kid) {
    return "signing/" + kid;
  }

  private Optional<PublicKey> read(ResultSet row) throws SQLException {
    String kid = row.getString("kid");
    OffsetDateTime notAfter = row.getObject("not_after", OffsetDateTime.class);
    try {
      ECPublicKey key =
          (ECPublicKey)
              KeyFactory.getInstance("EC")
                  .generatePublic(new X509EncodedKeySpec(row.getBytes("public_key")));
      masterKey.open(row.getBytes("sealed_private_key"), purpose(kid));
      if (kid.equals(Jwks.builder().key(key).idFromThumbprint().build().getId())) {
        return Optional.of(new PublicKey(kid, key, notAfter == null ? null : notAfter.toInstant()));
      }
    } catch (GeneralSecurityException | IllegalStateException notOurs) {
      log.debug("The key cannot be read", notOurs);
    }
    log.warn("The stored key {} was not made with annals.master-key: it is refused", kid);
    return Optional.empty();
  }
}
