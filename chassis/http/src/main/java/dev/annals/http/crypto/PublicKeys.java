package dev.annals.http.crypto;

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

/**
 * Reads the public keys of {@code identity.signing_key}. A key's name is its thumbprint (RFC 7638).
 * The row holds the private key, encrypted with the master key for that name, so only a holder of
 * the master key can add or replace a key. A row without this proof is logged and rejected.
 */
public record PublicKeys(JdbcClient jdbc, MasterKey masterKey) {

  private static final Logger log = LoggerFactory.getLogger(PublicKeys.class);

  /**
   * A key that a holder of the master key created.
   *
   * @param notAfter the end of its validity, if known
   */
  public record PublicKey(String kid, ECPublicKey key, @Nullable Instant notAfter) {}

  /** Finds a key by name and purpose, including expired keys. */
  public Optional<PublicKey> find(String kid, String purpose) {
    return jdbc.sql("select * from identity.signing_key where kid = ? and purpose = ?")
        .params(kid, purpose)
        .query((row, number) -> verify(row))
        .optional()
        .flatMap(found -> found);
  }

  /**
   * Finds the newest key for a purpose that has no end.
   *
   * @return empty if no such key is stored
   * @throws IllegalStateException if keys are stored, but the master key created none of them
   */
  public Optional<PublicKey> newest(String purpose) {
    List<Optional<PublicKey>> stored =
        jdbc.sql(
                """
                select * from identity.signing_key where purpose = ? and not_after is null
                order by created_at desc
                """)
            .param(purpose)
            .query((row, number) -> verify(row))
            .list();
    Optional<PublicKey> newest = stored.stream().flatMap(Optional::stream).findFirst();
    if (newest.isEmpty() && !stored.isEmpty()) {
      throw new IllegalStateException("No stored key was created with annals.master-key");
    }
    return newest;
  }

  /** Returns the unexpired keys of all purposes, ordered by purpose, the newest first. */
  public List<PublicKey> findActive(Instant now) {
    return jdbc
        .sql(
            """
            select * from identity.signing_key where not_after is null or not_after > ?
            order by purpose desc, created_at desc
            """)
        .param(now.atOffset(ZoneOffset.UTC))
        .query((row, number) -> verify(row))
        .list()
        .stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /** Returns the purpose for which the private key of that name is encrypted. */
  public static String purpose(String kid) {
    return "signing/" + kid;
  }

  private Optional<PublicKey> verify(ResultSet row) throws SQLException {
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
      log.debug("The stored key cannot be verified", notOurs);
    }
    log.warn("The stored key {} is rejected: it was not created with annals.master-key", kid);
    return Optional.empty();
  }
}
