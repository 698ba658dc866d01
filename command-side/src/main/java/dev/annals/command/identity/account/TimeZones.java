package dev.annals.command.identity.account;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds time zones by their case-sensitive names in the IANA database. */
public final class TimeZones {

  private static final Logger log = LoggerFactory.getLogger(TimeZones.class);

  /** The IANA names that Java does not know, and known zones with the same rules. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "EST", "America/Panama",
          "MST", "America/Phoenix",
          "HST", "Pacific/Honolulu",
          "ROC", "Asia/Taipei",
          "GMT+0", "GMT",
          "GMT-0", "GMT",
          "Factory", "UTC");

  private static final Set<String> KNOWN = Set.copyOf(ZoneId.getAvailableZoneIds());
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private TimeZones() {}

  /** Returns the zone with that name; empty if this Java runtime does not know it. */
  static Optional<ZoneId> find(String name) {
    return Optional.of(ALIASES.getOrDefault(name, name)).filter(KNOWN::contains).map(ZoneId::of);
  }

  /**
   * Returns the zone with a stored name. A process on another Java runtime may have accepted a name
   * that this runtime does not know; the zone is then UTC, with one warning in the log.
   */
  public static ZoneId of(String name) {
    return find(name).orElseGet(() -> utc(name));
  }

  private static ZoneId utc(String name) {
    if (REPORTED.add(name)) {
      log.warn("This Java runtime does not know the time zone {}; UTC is used instead", name);
    }
    return ZoneOffset.UTC;
  }
}
