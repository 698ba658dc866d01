package dev.annals.events.storage;

import com.google.crypto.tink.Aead;
import java.util.Optional;
import java.util.UUID;

/**
 * The keys under which people's personal data is stored: one a person, destroyed when the person is
 * erased.
 */
@FunctionalInterface
public interface SubjectKeys {

  /**
   * The person's key, or nothing when it was destroyed or never was. Safe to call from any thread.
   */
  Optional<Aead> find(UUID subject);

  /**
   * Whether what is encrypted now names its type and field: not while programs run that cannot read
   * it.
   */
  default boolean bindsToField() {
    return true;
  }

  /**
   * The person's key as of now, for what is stored in the current transaction: it is not destroyed
   * before that ends.
   */
  default Optional<Aead> lock(UUID subject) {
    return find(subject);
  }
}
