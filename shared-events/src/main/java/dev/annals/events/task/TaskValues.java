package dev.annals.events.task;

import java.time.Instant;
import java.util.List;

/** An event of a task that names all that its owner can set, changed or not. */
public sealed interface TaskValues permits TaskCreated, TaskUpdated, TaskReverted {

  /** What it is called from then on. */
  String title();

  /** Its text. */
  String description();

  /** How pressing it is. */
  TaskPriority priority();

  /** When it should be done by; may be null. */
  Instant dueAt();

  /** Its tags, in order. */
  List<String> tags();
}
