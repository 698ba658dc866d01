package dev.annals.events.flag;

/** What can happen to a feature flag. */
public sealed interface FlagEvent permits FlagSwitched {

  /** The flag's name. */
  String key();
}
