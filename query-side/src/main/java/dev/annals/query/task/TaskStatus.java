package dev.annals.query.task;

/** How far a task is. */
public enum TaskStatus {
  OPEN,
  IN_PROGRESS,
  DONE
}
