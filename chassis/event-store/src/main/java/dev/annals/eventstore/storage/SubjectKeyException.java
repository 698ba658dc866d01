package dev.annals.eventstore.storage;

/** Thrown when a user's stored key cannot be decrypted. Its events are not at fault. */
public final class SubjectKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SubjectKeyException(Throwable cause) {
    super("The key of its user cannot be decrypted.", cause);
  }
}
