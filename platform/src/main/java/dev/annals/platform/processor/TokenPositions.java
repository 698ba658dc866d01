package dev.annals.platform.processor;

import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;

/** Reads the positions that token stores hold. */
public record TokenPositions(Serializer serializer) {

  /** The position in the order of events that a token stands for; -1 before the first. */
  public long position(byte[] token, String type) {
    if (token == null) {
      return -1;
    }
    TrackingToken stored =
        serializer.deserialize(new SimpleSerializedObject<>(token, byte[].class, type, null));
    return stored.position().orElse(-1);
  }
}
