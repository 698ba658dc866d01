package dev.annals.eventstore.processor;

import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;

/** Reads positions from stored tokens. */
public record TokenPositions(Serializer serializer) {

  /** Returns the position of a token, or -1 before the first event. */
  public long position(byte[] token, String type) {
    if (token == null) {
      return -1;
    }
    TrackingToken stored =
        serializer.deserialize(new SimpleSerializedObject<>(token, byte[].class, type, null));
    return stored.position().orElse(-1);
  }
}
