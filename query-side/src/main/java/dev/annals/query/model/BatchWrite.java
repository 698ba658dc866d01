package dev.annals.query.model;

/**
 * What a batch of events is to write, gathered while its events are handled. As a resource of the
 * batch's unit of work it is written, and made durable, before the batch's token is stored.
 */
public interface BatchWrite {

  /**
   * Writes it. Called once; what it throws stops the batch, which is then delivered again.
   *
   * @param poison is told of events that cannot be written, however often that is tried
   * @param extendClaim keeps the claim of the batch's segment; runs between the steps of a long
   *     write
   */
  void write(FailedEvents poison, Runnable extendClaim);
}
