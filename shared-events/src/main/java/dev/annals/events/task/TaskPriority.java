package dev.annals.events.task;

/** The priority of a task, in ascending order. */
public enum TaskPriority {
  LOW,
  NORMAL,
  HIGH,
  URGENT
}
