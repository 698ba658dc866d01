package dev.annals.events.note;

import java.util.List;

/** An event of a note that names all that its owner can set, changed or not. */
public sealed interface NoteValues permits NoteCreated, NoteUpdated, NoteReverted {

  /** What it is called from then on. */
  String title();

  /** Its text. */
  String content();

  /** Its tags, in order. */
  List<String> tags();
}
