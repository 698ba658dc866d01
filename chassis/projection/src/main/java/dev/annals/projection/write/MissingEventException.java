package dev.annals.projection.write;

/**
 * Thrown if the event before the given one is not in the model. The given event becomes a dead
 * letter, so the gap is never written over.
 */
public final class MissingEventException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public MissingEventException(String message) {
    super(message);
  }

  /** Creates one for an event of an aggregate whose previous event is missing. */
  public MissingEventException(String model, String id, long sequence) {
    this(
        "%s/%s lacks event %d, so event %d cannot follow"
            .formatted(model, id, sequence - 1, sequence));
  }
}
