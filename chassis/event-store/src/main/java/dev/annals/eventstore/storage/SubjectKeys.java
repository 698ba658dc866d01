package dev.annals.eventstore.storage;

import com.google.crypto.tink.Aead;
import java.util.Optional;
import java.util.UUID;

/** The keys that encrypt personal data: one for each user, destroyed when the user is erased. */
@FunctionalInterface
public interface SubjectKeys {

  /** Returns a user's key, empty if it is destroyed or never existed. Thread-safe. */
  Optional<Aead> find(UUID subject);

  /**
   * Returns whether new cipher text is bound to its type and field. It must not be while programs
   * run that cannot read it.
   */
  default boolean bindsToField() {
    return true;
  }

  /** Reads a user's current key and prevents its destruction until the current transaction ends. */
  default Optional<Aead> lock(UUID subject) {
    return find(subject);
  }
}
