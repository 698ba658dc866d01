package dev.annals.api;

/** The status of a task. */
public enum TaskStatus {
  OPEN,
  IN_PROGRESS,
  DONE
}
