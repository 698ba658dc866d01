package dev.annals.projection.write;

import java.util.Collection;

/**
 * Thrown if the event before the given one is not in the read model. The given event becomes a dead
 * letter, so the gap is never written over.
 */
public final class MissingEventException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  public MissingEventException(String model, String id, long last, long sequence) {
    super(
        "%s/%s %s, so event %d cannot follow"
            .formatted(
                model, id, last < 0 ? "does not exist" : "ends with event " + last, sequence));
  }

  /** Creates one for documents to change of which at least one is missing. */
  public MissingEventException(String model, Collection<String> ids) {
    super("%s lacks one of %s".formatted(model, ids));
  }

  /** Creates one for a missing entry of the event before. */
  public MissingEventException(String model, String id, long sequence) {
    super(
        "%s/%s lacks event %d, so event %d cannot follow"
            .formatted(model, id, sequence - 1, sequence));
  }
}
