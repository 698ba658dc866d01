package dev.annals.events.note;

import dev.annals.base.event.OwnedEvent;
import java.util.UUID;

/** An event of a note. */
public sealed interface NoteEvent extends OwnedEvent
    permits NoteCreated, NoteUpdated, NoteReverted, NoteDeleted, NoteRestored {

  UUID noteId();

  UUID ownerId();

  @Override
  default UUID owner() {
    return ownerId();
  }

  /** An event that sets all values of a note. */
  sealed interface WithValues permits NoteCreated, NoteUpdated, NoteReverted {

    NoteValues values();
  }
}
