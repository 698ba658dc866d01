package dev.annals.platform.crypto;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Hkdf;
import com.google.crypto.tink.subtle.Random;
import dev.annals.events.storage.SubjectKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The subjects' keys (AES-256-GCM) in the table {@code identity.subject_key}, sealed under the
 * {@link MasterKey}. Only the command side creates any. A key is remembered for at most 60 seconds
 * after it was read.
 */
@Component
public class StoredSubjectKeys implements SubjectKeys {

  private static final Duration REMEMBERED = Duration.ofSeconds(60);
  private static final int KEY_BYTES = 32;
  private static final String HMAC = "HMACSHA256";
  private static final byte[] DIGESTS = "digests".getBytes(StandardCharsets.US_ASCII);

  private final JdbcClient jdbc;
  private final MasterKey masterKey;
  private final Cache<UUID, Optional<Key>> keys =
      Caffeine.newBuilder().expireAfterWrite(REMEMBERED).maximumSize(10_000).build();

  public StoredSubjectKeys(JdbcClient jdbc, MasterKey masterKey) {
    this.jdbc = jdbc;
    this.masterKey = masterKey;
  }

  /** Gives a person their key, as part of the current transaction. */
  public void create(UUID subject) {
    jdbc.sql("insert into identity.subject_key (subject, sealed_key) values (?, ?)")
        .params(subject, masterKey.seal(Random.randBytes(KEY_BYTES), purpose(subject)))
        .update();
  }

  @Override
  public Optional<Aead> find(UUID subject) {
    return keys.get(subject, this::read).map(Key::aead);
  }

  /**
   * A digest of a text that only whoever has the subject's key can repeat (HMAC-SHA-256), in
   * base64.
   *
   * @throws IllegalStateException if the subject has no key
   */
  public String digest(UUID subject, byte[] text) {
    Key key =
        keys.get(subject, this::read)
            .orElseThrow(() -> new IllegalStateException("No key for the subject " + subject));
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key.mac());
      return Base64.getEncoder().encodeToString(mac.doFinal(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }

  private record Key(Aead aead, SecretKey mac) {}

  private Optional<Key> read(UUID subject) {
    return jdbc.sql("select sealed_key from identity.subject_key where subject = ?")
        .param(subject)
        .query(byte[].class)
        .optional()
        .map(stored -> key(masterKey.open(stored, purpose(subject))));
  }

  private static String purpose(UUID subject) {
    return "subject/" + subject;
  }

  private static Key key(byte[] secret) {
    try {
      byte[] forDigests = Hkdf.computeHkdf(HMAC, secret, new byte[0], DIGESTS, KEY_BYTES);
      return new Key(new AesGcmJce(secret), new SecretKeySpec(forDigests, HMAC));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A stored key is no AES key", e);
    }
  }
}
