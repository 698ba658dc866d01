package dev.annals.events.storage;

/** A person's stored key does not open. That is no fault of the events which need it. */
public final class SubjectKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SubjectKeyException(Throwable cause) {
    super("The key of the person it is about does not open.", cause);
  }
}
