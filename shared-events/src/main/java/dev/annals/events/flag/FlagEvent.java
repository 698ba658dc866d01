package dev.annals.events.flag;

/** An event of a feature flag. */
public sealed interface FlagEvent permits FlagSwitched {

  String key();
}
