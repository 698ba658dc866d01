package dev.annals.projection.write;

import com.mongodb.client.model.Projections;
import org.bson.conversions.Bson;

/** A document of a read model: the state of one aggregate. */
public interface ModelDocument {

  /** Reads a document without the fields that exist only for search and sorting. */
  Bson WITHOUT_DERIVED = Projections.exclude("titleKey", "words");

  /** Returns the aggregate's id, a UUID in lower case; stored as {@code _id}. */
  String id();

  String owner();

  /** Returns the sequence number of its last event: the resource's version. The first is 0. */
  long lastSequence();

  /** Returns the same document after an event of that number that changed nothing else. */
  ModelDocument at(long sequence);

  /**
   * Returns the same document with the fields that exist only for search and sorting. Called once
   * for each document that is written, after all events of the batch.
   */
  default ModelDocument derived() {
    return this;
  }
}
