package dev.annals.events.storage;

import java.util.UUID;
import org.axonframework.serialization.SerializationException;

/** Something was to be stored about a person who has no key, since they were erased. */
public final class ErasedSubjectException extends SerializationException {

  private static final long serialVersionUID = 1L;

  ErasedSubjectException(UUID subject) {
    super("No key for the subject " + subject);
  }
}
