package dev.annals.platform.web;

import java.util.concurrent.CompletableFuture;

/**
 * Thrown by a read whose read model does not show a change yet; {@link VisibilityWait} catches it.
 */
final class NotYetVisibleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient CompletableFuture<Void> seen;

  NotYetVisibleException(CompletableFuture<Void> seen) {
    super("The read model does not show the change yet", null, false, false);
    this.seen = seen;
  }

  /** Completes when the read model shows the change, or the time is over. */
  CompletableFuture<Void> seen() {
    return seen;
  }
}
