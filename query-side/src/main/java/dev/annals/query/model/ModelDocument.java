package dev.annals.query.model;

/** A document of a read model: what is known of one aggregate. */
public interface ModelDocument {

  /** The aggregate's id, a UUID in lower case; stored as {@code _id}. */
  String id();

  /** The id of the user whose it is. */
  String owner();

  /** The sequence number of the last event in it: the resource's version. The first is 0. */
  long lastSequence();

  /** The same document after an event of that number that changed nothing else in it. */
  ModelDocument at(long sequence);

  /**
   * The same document with what is only there to be searched and sorted by. It is asked for once
   * for each document that is written, after all events of the batch.
   */
  default ModelDocument derived() {
    return this;
  }
}
