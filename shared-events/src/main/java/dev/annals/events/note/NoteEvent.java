package dev.annals.events.note;

import java.util.UUID;

/** What can happen to a note. */
public sealed interface NoteEvent
    permits NoteCreated, NoteUpdated, NoteReverted, NoteDeleted, NoteRestored {

  /** The note it happened to. */
  UUID noteId();

  /** The user whose note it is. */
  UUID ownerId();
}
