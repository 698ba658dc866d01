package dev.annals.eventstore.crypto;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Random;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.storage.SubjectKeys;
import dev.annals.http.crypto.Hmac;
import dev.annals.http.crypto.MasterKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The subjects' keys (AES-256-GCM) in {@code identity.subject_key}, encrypted with the {@link
 * MasterKey}. Only the command side creates and destroys keys. Each process caches a key for at
 * most 60 seconds and evicts it when it is notified of its destruction.
 */
public class StoredSubjectKeys implements SubjectKeys {

  /** The {@code NOTIFY} channel for destroyed keys. */
  public static final String DESTROYED_CHANNEL = "annals_destroyed_keys";

  private static final Duration TTL = Duration.ofSeconds(60);
  private static final int KEY_BYTES = 32;

  private static final ThreadLocal<AtomicReference<@Nullable Unlocked>> UNLOCKED =
      new ThreadLocal<>();

  private final JdbcClient jdbc;
  private final MasterKey masterKey;
  private final Clock clock;
  private volatile @Nullable Instant bindFrom;
  private final Cache<UUID, Optional<Key>> keys =
      Caffeine.newBuilder().expireAfterWrite(TTL).maximumSize(10_000).build();

  public StoredSubjectKeys(JdbcClient jdbc, MasterKey masterKey, Clock clock) {
    this.jdbc = jdbc;
    this.masterKey = masterKey;
    this.clock = clock;
  }

  /** A stored key that was used without a lock. */
  public record Unlocked(UUID subject, ByteBuffer sealedKey) {}

  /** Creates a subject's key in the current transaction. */
  public void create(UUID subject) {
    jdbc.sql("insert into identity.subject_key (subject, sealed_key) values (?, ?)")
        .params(subject, masterKey.seal(Random.randBytes(KEY_BYTES), purpose(subject)))
        .update();
    evict(subject);
  }

  /**
   * Destroys a subject's key in the current transaction. Waits for transactions that are storing
   * data about the subject; later ones are rejected.
   */
  public void destroy(UUID subject) {
    jdbc.sql("delete from identity.subject_key where subject = ?").param(subject).update();
    // Delivered after the commit, to this process, too.
    jdbc.sql("select pg_notify(?, ?)")
        .params(DESTROYED_CHANNEL, subject.toString())
        .query(row -> {});
  }

  public void evict(UUID subject) {
    keys.invalidate(subject);
  }

  public void evictAll() {
    keys.invalidateAll();
  }

  /** Returns those of the subjects whose key is not cached. */
  public Set<UUID> withoutCachedKey(Set<UUID> subjects) {
    Set<UUID> without = new HashSet<>(subjects);
    without.removeIf(
        subject -> {
          Optional<Key> cached = keys.getIfPresent(subject);
          return cached != null && cached.isPresent();
        });
    return without;
  }

  /** Returns the erased subjects among these, those without a key. Bypasses the cache. */
  public Set<UUID> findErased(Set<UUID> subjects) {
    Set<UUID> without = new HashSet<>(subjects);
    if (!subjects.isEmpty()) {
      without.removeAll(
          jdbc.sql("select subject from identity.subject_key where subject = any(?)")
              .param(subjects.toArray(UUID[]::new))
              .query(UUID.class)
              .list());
    }
    return without;
  }

  @Override
  public Optional<Aead> find(UUID subject) {
    return keys.get(subject, this::readKey).map(Key::aead);
  }

  @Override
  public boolean bindsToField() {
    Instant from = bindFrom;
    if (from == null) {
      from =
          jdbc.sql("select named_from from identity.personal_parts")
              .query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
              .single();
      bindFrom = from;
    }
    return !clock.instant().isBefore(from);
  }

  @Override
  public Optional<Aead> lock(UUID subject) {
    if (!CurrentUnitOfWork.isStarted()) {
      return readLocked(subject).map(Key::aead);
    }
    UnitOfWork<?> root = CurrentUnitOfWork.get().root();
    AtomicReference<@Nullable Unlocked> used = UNLOCKED.get();
    if (used != null && root.getResource(purpose(subject)) == null) {
      Optional<Key> cached = keys.get(subject, this::readKey);
      if (cached.isPresent()) {
        used.set(new Unlocked(subject, cached.get().sealed()));
        return cached.map(Key::aead);
      }
    }
    // One lock per transaction is enough for all of its events.
    return root.getOrComputeResource(purpose(subject), key -> readLocked(subject)).map(Key::aead);
  }

  /**
   * Runs a serialization, in which {@link #lock} uses the cached key.
   *
   * @return that key, which the transaction must lock itself and compare with the stored one; empty
   *     if none was used or the transaction has locked it
   */
  public Optional<Unlocked> withoutLock(Runnable serialization) {
    AtomicReference<@Nullable Unlocked> used = new AtomicReference<>();
    UNLOCKED.set(used);
    try {
      serialization.run();
      return Optional.ofNullable(used.get());
    } finally {
      UNLOCKED.remove();
    }
  }

  /**
   * Returns a keyed digest of a text in base64 (HMAC-SHA-256 with a key derived from the
   * subject's).
   *
   * @throws Refusal {@code not-found} if the subject has no key
   */
  public String digest(UUID subject, byte[] text) {
    Key key = keys.get(subject, this::readKey).orElseThrow(Refusal::notFound);
    return Base64.getEncoder().encodeToString(key.mac().of(text));
  }

  private record Key(ByteBuffer sealed, Aead aead, Hmac mac) {}

  private Optional<Key> readKey(UUID subject) {
    return read(subject, "");
  }

  private Optional<Key> readLocked(UUID subject) {
    return read(subject, " for key share");
  }

  private Optional<Key> read(UUID subject, String lock) {
    return jdbc.sql("select sealed_key from identity.subject_key where subject = ?" + lock)
        .param(subject)
        .query(byte[].class)
        .optional()
        .map(stored -> key(stored, masterKey.open(stored, purpose(subject))));
  }

  private static String purpose(UUID subject) {
    return "subject/" + subject;
  }

  private static Key key(byte[] sealed, byte[] secret) {
    try {
      return new Key(
          ByteBuffer.wrap(sealed), new AesGcmJce(secret), Hmac.derive(secret, "digests"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A stored key is not an AES key", e);
    }
  }
}
