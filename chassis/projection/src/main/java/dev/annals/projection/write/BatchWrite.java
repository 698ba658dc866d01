package dev.annals.projection.write;

/**
 * The writes of a batch of events, gathered while its events are handled. As a resource of the
 * batch's unit of work they run, and are made durable, before the batch's token is stored.
 */
public interface BatchWrite {

  /**
   * Runs the writes. Called once; an exception stops the batch, which is then delivered again.
   *
   * @param poison takes events that can never be written
   * @param extendClaim keeps the claim of the batch's segment; runs between the steps of a long
   *     write
   */
  void write(FailedEvents poison, Runnable extendClaim);
}
