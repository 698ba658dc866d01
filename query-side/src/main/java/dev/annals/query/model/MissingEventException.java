package dev.annals.query.model;

import java.util.Collection;

/**
 * An event arrived whose predecessor the read model does not hold: something was lost or skipped.
 * The processor stops at this event and tries again; nothing is written over the hole.
 */
public final class MissingEventException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  MissingEventException(String model, String id, long last, long sequence) {
    super(
        "%s/%s %s, so event %d cannot follow"
            .formatted(
                model, id, last < 0 ? "does not exist" : "ends with event " + last, sequence));
  }

  /** One of these documents is not there, and was to be changed. */
  public MissingEventException(String model, Collection<String> ids) {
    super("%s lacks one of %s".formatted(model, ids));
  }

  /** The entry of the event before this one is not there. */
  public MissingEventException(String model, String id, long sequence) {
    super(
        "%s/%s lacks event %d, so event %d cannot follow"
            .formatted(model, id, sequence - 1, sequence));
  }
}
