package dev.annals.events.upcaster;

import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;

/** All upcasters, in the order of the revisions. */
public final class Upcasters {

  private Upcasters() {}

  /** Returns the chain that upcasts events of all earlier revisions to the latest. */
  public static EventUpcaster chain() {
    return new EventUpcasterChain(new UserRegisteredSettingsUpcaster());
  }
}
