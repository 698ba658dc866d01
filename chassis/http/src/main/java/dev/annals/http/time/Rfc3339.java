package dev.annals.http.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses instants of clients: the {@code date-time} of RFC 3339, 5.6. */
public final class Rfc3339 {

  // java.time accepts more than the RFC: years of other lengths, no seconds, offsets with seconds.
  private static final Pattern DATE_TIME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private Rfc3339() {}

  /**
   * Parses an instant and truncates it to milliseconds, the precision of the stores.
   *
   * @return empty if the text is no {@code date-time} with seconds and an offset, if that day or
   *     time does not exist (a leap second included), or if it is outside the years 0000 to 9999 in
   *     UTC
   */
  public static Optional<Instant> parse(String text) {
    Matcher parts = DATE_TIME.matcher(text.toUpperCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      Instant instant =
          OffsetDateTime.parse(parts.group(1) + milliseconds(parts.group(2)) + parts.group(3))
              .toInstant();
      return instant.isBefore(FIRST) || instant.isAfter(LAST)
          ? Optional.empty()
          : Optional.of(instant);
    } catch (DateTimeException noSuchTime) {
      return Optional.empty();
    }
  }

  private static String milliseconds(String fraction) {
    return fraction == null ? "" : fraction.substring(0, Math.min(fraction.length(), 4));
  }
}
