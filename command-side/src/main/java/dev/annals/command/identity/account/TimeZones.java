package dev.annals.command.identity.account;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds time zones by their names in the IANA database, in exactly that case. */
public final class TimeZones {

  private static final Logger log = LoggerFactory.getLogger(TimeZones.class);

  /** The names that Java leaves out of its copy of the database, and zones of the same rules. */
  private static final Map<String, String> LEFT_OUT =
      Map.of(
          "EST", "America/Panama",
          "MST", "America/Phoenix",
          "HST", "Pacific/Honolulu",
          "ROC", "Asia/Taipei",
          "GMT+0", "GMT",
          "GMT-0", "GMT",
          "Factory", "UTC");

  private static final Set<String> KNOWN = Set.copyOf(ZoneId.getAvailableZoneIds());
  private static final Set<String> MISSED = ConcurrentHashMap.newKeySet();

  private TimeZones() {}

  /** Returns the zone of that name; empty if this Java runtime has none. */
  static Optional<ZoneId> find(String name) {
    return Optional.of(LEFT_OUT.getOrDefault(name, name)).filter(KNOWN::contains).map(ZoneId::of);
  }

  /**
   * Returns the zone of a name that was stored. A process on another Java runtime may have taken a
   * name that this one does not know: then it is UTC, and the log has a sentence.
   */
  public static ZoneId of(String name) {
    return find(name).orElseGet(() -> missed(name));
  }

  private static ZoneId missed(String name) {
    if (MISSED.add(name)) {
      log.warn("This Java runtime does not know the time zone {}: UTC takes its place", name);
    }
    return ZoneOffset.UTC;
  }
}
