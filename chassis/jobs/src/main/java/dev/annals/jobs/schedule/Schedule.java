package dev.annals.jobs.schedule;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Recurring work. To add one, declare a bean of this type and the property {@code
 * annals.schedules.<name>}: a cron expression of six fields, in UTC.
 */
public interface Schedule {

  /** The cause of a run. It is stored with the run. */
  enum Trigger {
    /** The cron expression. */
    @JsonProperty("DUE")
    SCHEDULED,
    /** An administrator. */
    @JsonProperty("BY_HAND")
    MANUAL
  }

  /** Returns the name in the API. It is stored with the next run, so it must never change. */
  String name();

  /**
   * Runs the work. It may take long if it works in pages, each a transaction. A run that throws or
   * crashes is repeated soon. A stalled instance may resume while another one repeats its run; take
   * a lock if concurrent runs do harm.
   */
  void run(Trigger trigger);
}
