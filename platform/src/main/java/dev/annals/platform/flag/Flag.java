package dev.annals.platform.flag;

import dev.annals.platform.web.NameBasedUuids;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A feature flag. Each is on for all users at first. Its key is the constant's name in lower case
 * with hyphens.
 */
public enum Flag {
  /** Sorting of lists. Without it a {@code sort} parameter is rejected. */
  SORTING("Lists take the parameter sort."),
  /** Attachments of tasks. Without it their endpoints answer 404. */
  ATTACHMENTS("Tasks can have files attached."),
  /** A daily summary by mail, for users who subscribe. Without it none is sent. */
  DAILY_SUMMARY("Users can have a summary of their tasks mailed each day.");

  private final String key;
  private final String description;
  private final UUID aggregateId;

  Flag(String description) {
    this.key = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.description = description;
    this.aggregateId = NameBasedUuids.of("flag", key);
  }

  public static Optional<Flag> byKey(String key) {
    return Arrays.stream(values()).filter(flag -> flag.key.equals(key)).findFirst();
  }

  public String key() {
    return key;
  }

  public String description() {
    return description;
  }

  public UUID aggregateId() {
    return aggregateId;
  }
}
