package dev.annals.eventstore.storage;

import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.axonframework.serialization.CannotConvertBetweenTypesException;
import org.axonframework.serialization.SerializationException;

/** Thrown when a stored event cannot be read because it was altered or its shape is unknown. */
public final class UnreadableEventException extends SerializationException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception with a sentence for clients, without secrets and values of the event. */
  public UnreadableEventException(String reason, Throwable cause) {
    super(reason, cause);
  }

  /** Returns the exception for an event of a type that this program does not know. */
  public static UnreadableEventException ofUnknownType() {
    return new UnreadableEventException("Its type is not known here.", null);
  }

  /** Returns whether an exception itself means that a stored event cannot be read. */
  public static boolean isReadFailure(Throwable failure) {
    return failure instanceof SerializationException
        || failure instanceof SubjectKeyException
        || failure instanceof CannotConvertBetweenTypesException
        || failure instanceof DateTimeParseException;
  }

  /** Returns a sentence for clients on why an event cannot be read, empty for other failures. */
  public static Optional<String> reason(Throwable failure) {
    Optional<String> reason = Optional.empty();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnreadableEventException || cause instanceof SubjectKeyException) {
        return Optional.of(cause.getMessage());
      }
      if (isReadFailure(cause)) {
        reason = Optional.of("Its shape is not that of a stored event.");
      }
    }
    return reason;
  }
}
