package dev.annals.eventstore.storage;

import java.util.UUID;
import org.axonframework.serialization.SerializationException;

/** Thrown when data about an erased user, who has no key, is to be stored. */
public final class ErasedSubjectException extends SerializationException {

  private static final long serialVersionUID = 1L;

  ErasedSubjectException(UUID subject) {
    super("No key for the subject " + subject);
  }
}
