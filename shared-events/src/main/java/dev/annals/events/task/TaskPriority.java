package dev.annals.events.task;

/** How pressing a task is, from least to most: the order of the constants is their rank. */
public enum TaskPriority {
  LOW,
  NORMAL,
  HIGH,
  URGENT
}
