package dev.annals.base.flag;

import java.util.Locale;

/** A feature flag, on for all users at first. An enum of a product implements it. */
public interface Flag {

  /** Returns the name of the constant. */
  String name();

  /** Returns the name in lower case with hyphens. */
  default String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns a sentence for administrators. */
  String description();
}
