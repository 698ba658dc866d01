package dev.annals.api;

import dev.annals.base.flag.Flag;

/** The features that an administrator can switch. */
public enum Feature implements Flag {
  /** Sorting of lists. Without it a {@code sort} parameter is rejected. */
  SORTING("Lists take the parameter sort."),
  /** Attachments of tasks. Without it their endpoints answer 404. */
  ATTACHMENTS("Tasks can have files attached."),
  /** A daily summary by mail, for users who subscribe. Without it none is sent. */
  DAILY_SUMMARY("Users can have a summary of their tasks mailed each day.");

  private final String description;

  Feature(String description) {
    this.description = description;
  }

  @Override
  public String description() {
    return description;
  }
}
