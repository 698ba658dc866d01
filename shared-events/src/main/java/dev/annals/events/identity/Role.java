package dev.annals.events.identity;

/** A user's permissions beyond their own account. */
public enum Role {
  /** Keeps notes and tasks. */
  USER,
  /** Administers users, flags, schedules and processors. */
  ADMIN,
  /** Reads and checks the whole history. */
  AUDITOR
}
