package dev.annals.events.note;

import java.util.UUID;

/** An event of a note. */
public sealed interface NoteEvent
    permits NoteCreated, NoteUpdated, NoteReverted, NoteDeleted, NoteRestored {

  UUID noteId();

  UUID ownerId();

  /** An event that sets all values of a note. */
  sealed interface WithValues permits NoteCreated, NoteUpdated, NoteReverted {

    NoteValues values();
  }
}
