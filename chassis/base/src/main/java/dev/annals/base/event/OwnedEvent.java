package dev.annals.base.event;

import java.util.UUID;

/** An event that belongs to one person, the owner of its aggregate. */
public interface OwnedEvent {

  UUID owner();
}
