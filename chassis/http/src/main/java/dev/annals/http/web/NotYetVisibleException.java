package dev.annals.http.web;

import java.util.concurrent.CompletableFuture;

/** Thrown if a read model does not show a change yet. {@link VisibilityWait} handles it. */
final class NotYetVisibleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient CompletableFuture<Void> visible;

  NotYetVisibleException(CompletableFuture<Void> visible) {
    super("The read model does not show the change yet", null, false, false);
    this.visible = visible;
  }

  /**
   * Returns a future that completes when the read model shows the change or the timeout is over.
   */
  CompletableFuture<Void> visible() {
    return visible;
  }
}
