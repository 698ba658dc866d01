package dev.annals.events.identity;

/** What a user may do beyond their own account. */
public enum Role {
  /** Keeps notes and tasks. */
  USER,
  /** Administers users, flags, schedules and processors. */
  ADMIN,
  /** Reads and checks the whole history. */
  AUDITOR
}
