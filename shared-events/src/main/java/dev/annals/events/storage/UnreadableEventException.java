package dev.annals.events.storage;

import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.axonframework.serialization.CannotConvertBetweenTypesException;
import org.axonframework.serialization.SerializationException;

/** A stored event cannot be read: it was altered, or this program does not know its shape. */
public final class UnreadableEventException extends SerializationException {

  private static final long serialVersionUID = 1L;

  /** With a sentence for a person; it must hold nothing secret and no value of the event. */
  public UnreadableEventException(String why, Throwable cause) {
    super(why, cause);
  }

  /** Whether this says, itself, that a stored event cannot be read. */
  public static boolean isReadFailure(Throwable failure) {
    return failure instanceof SerializationException
        || failure instanceof SubjectKeyException
        || failure instanceof CannotConvertBetweenTypesException
        || failure instanceof DateTimeParseException;
  }

  /**
   * A sentence for a person on why a stored event cannot be read; nothing of a failure that has no
   * such cause.
   */
  public static Optional<String> reason(Throwable failure) {
    Optional<String> why = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnreadableEventException || cause instanceof SubjectKeyException) {
        return Optional.of(cause.getMessage());
      }
      if (isReadFailure(cause)) {
        why = Optional.of("It is not in the shape in which events are stored.");
      }
    }
    return why;
  }
}
