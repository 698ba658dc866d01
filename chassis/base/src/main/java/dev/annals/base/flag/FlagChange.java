package dev.annals.base.flag;

import java.util.List;
import java.util.UUID;

/** The event of a feature flag that was switched. */
public interface FlagChange {

  boolean enabled();

  /** Returns the share of users for whom an enabled flag is on, 0 to 100. */
  int percentage();

  /** Returns the users for whom the flag is always on. */
  List<UUID> users();
}
