package dev.annals.command.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Something that is done again and again. A bean of this type is all that it takes, and the
 * property {@code annals.schedules.<name>}: a cron expression of six fields, in UTC.
 */
public interface Schedule {

  /** What starts a run. It is stored with the run. */
  enum Trigger {
    /** The cron expression. */
    @JsonProperty("DUE")
    SCHEDULED,
    /** An administrator. */
    @JsonProperty("BY_HAND")
    MANUAL
  }

  /** What the API calls it, for ever: its next run is stored with it. */
  String name();

  /**
   * Does it. May take long, if it works in pages, each a transaction of its own. A run that throws
   * is repeated soon, as is one that a crash cuts off. An instance that stood still for long may
   * find that another one has begun the same run: where two at once do harm, take a lock.
   */
  void run(Trigger trigger);
}
