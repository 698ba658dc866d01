package dev.annals.command.task;

/** How far a task is. */
enum TaskStatus {
  OPEN,
  IN_PROGRESS,
  DONE
}
