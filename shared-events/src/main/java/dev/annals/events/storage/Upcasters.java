package dev.annals.events.storage;

import org.axonframework.serialization.upcasting.event.EventUpcaster;
import org.axonframework.serialization.upcasting.event.EventUpcasterChain;

/** All upcasters, in the order in which revisions came. */
public final class Upcasters {

  private Upcasters() {}

  /** Reads events of each revision ever stored as ones of the newest. */
  public static EventUpcaster chain() {
    return new EventUpcasterChain(new UserRegisteredSettingsUpcaster());
  }
}
