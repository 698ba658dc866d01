package dev.annals.eventstore.storage;

import com.google.crypto.tink.Aead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.UUID;

/**
 * Encrypts columns of tables under the key of the subject whom they are about (AES-GCM). Cipher
 * text is bound to its subject and its place, so it is not readable in another row or column.
 */
public record SubjectCipher(SubjectKeys keys) {

  /**
   * Encrypts a value. The transaction that stores it must also store an event about the subject,
   * which fails if the key is destroyed meanwhile.
   *
   * @param place names the table, the row and the column
   * @throws ErasedSubjectException if the subject has no key
   */
  public byte[] encrypt(UUID subject, String place, byte[] value) {
    Aead key = keys.find(subject).orElseThrow(() -> new ErasedSubjectException(subject));
    try {
      return key.encrypt(value, associated(subject, place));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A value cannot be encrypted", e);
    }
  }

  /**
   * Decrypts the result of {@link #encrypt}.
   *
   * @return empty if the subject's key is destroyed
   * @throws IllegalStateException if the value was altered, or belongs to another subject or place
   */
  public Optional<byte[]> decrypt(UUID subject, String place, byte[] stored) {
    return keys.find(subject).map(key -> decrypt(key, stored, associated(subject, place)));
  }

  private static byte[] decrypt(Aead key, byte[] stored, byte[] associated) {
    try {
      return key.decrypt(stored, associated);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A stored value is altered, or of another place", e);
    }
  }

  private static byte[] associated(UUID subject, String place) {
    return (subject + "\n" + place).getBytes(StandardCharsets.UTF_8);
  }
}
