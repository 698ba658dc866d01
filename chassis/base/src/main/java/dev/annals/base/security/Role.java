package dev.annals.base.security;

/** A user's permissions beyond their own account. */
public enum Role {
  /** Keeps things of their own. */
  USER,
  /** Administers users, flags, schedules and processors. */
  ADMIN,
  /** Reads and checks the whole history. */
  AUDITOR
}
