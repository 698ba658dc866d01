package dev.annals.platform.flag;

import dev.annals.platform.web.NameBasedUuids;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The features that can be switched. Each is on for everybody until somebody says otherwise, and
 * its key is the constant's name in lower case with hyphens.
 */
public enum Flag {
  /** Lists can be sorted; without it a {@code sort} parameter is refused. */
  SORTING("Lists take the parameter sort."),
  /** Tasks have attachments; without it their calls are not there. */
  ATTACHMENTS("Tasks can have files attached."),
  /** Who wants it gets a summary a day by mail; without it none is sent. */
  DAILY_SUMMARY("Users can have a summary of their tasks mailed each day.");

  private final String key;
  private final String description;
  private final UUID aggregateId;

  Flag(String description) {
    this.key = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.description = description;
    this.aggregateId = NameBasedUuids.of("flag", key);
  }

  /** The flag of that name. */
  public static Optional<Flag> of(String key) {
    return Arrays.stream(values()).filter(flag -> flag.key.equals(key)).findFirst();
  }

  /** What clients know it by. */
  public String key() {
    return key;
  }

  /** What it switches, for a person to read. */
  public String description() {
    return description;
  }

  /** Where its events are. */
  public UUID aggregateId() {
    return aggregateId;
  }
}
