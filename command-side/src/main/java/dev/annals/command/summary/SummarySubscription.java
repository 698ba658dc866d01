package dev.annals.command.summary;

import dev.annals.command.identity.account.TimeZones;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * A user's subscription to daily summaries. Days are those of the user's zone. Each is settled
 * once, so a change of the hour or the zone neither repeats nor skips a day.
 *
 * @param timeZone the zone's IANA name, kept even if this Java runtime does not know it
 * @param hour from 0 to 23. If clocks skip the hour, the summary is due after the gap; if they
 *     repeat it, at its first occurrence
 * @param wanted by the user
 * @param enabled by administrators
 * @param settledDay the last day without a summary left to send
 * @param mailedDay the last day with a mail; null before the first one
 */
record SummarySubscription(
    UUID userId,
    String timeZone,
    int hour,
    boolean wanted,
    boolean enabled,
    LocalDate settledDay,
    LocalDate mailedDay) {

  /** Returns a subscription that begins with the next occurrence of the hour. */
  static SummarySubscription begin(UUID userId, String timeZone, int hour, Instant now) {
    return new SummarySubscription(userId, timeZone, hour, true, true, LocalDate.EPOCH, null)
        .restart(now);
  }

  /** Returns when the next summary is or was due. Empty while none is wanted. */
  Optional<Instant> next(Instant now) {
    if (!wanted || !enabled) {
      return Optional.empty();
    }
    LocalDate today = today(now);
    return Optional.of(at(settledDay.isBefore(today) ? today : settledDay.plusDays(1)));
  }

  /** Returns true if this day has a mail. */
  boolean isMailed(Instant now) {
    return mailedDay != null && !mailedDay.isBefore(today(now));
  }

  /** Settles this day without a mail. */
  SummarySubscription settle(Instant now) {
    return new SummarySubscription(userId, timeZone, hour, wanted, enabled, today(now), mailedDay);
  }

  /** Settles this day with a mail. */
  SummarySubscription mail(Instant now) {
    return new SummarySubscription(userId, timeZone, hour, wanted, enabled, today(now), today(now));
  }

  /** Changes the user's settings. */
  SummarySubscription change(boolean nowWanted, String newZone, int newHour, Instant now) {
    SummarySubscription changed =
        new SummarySubscription(
            userId, newZone, newHour, nowWanted, enabled, settledDay, mailedDay);
    return wanted || !nowWanted ? changed : changed.restart(now);
  }

  /** Disables the subscription of a user whom an administrator locks out, or enables it again. */
  SummarySubscription enable(boolean nowEnabled, Instant now) {
    SummarySubscription changed =
        new SummarySubscription(userId, timeZone, hour, wanted, nowEnabled, settledDay, mailedDay);
    return enabled || !nowEnabled ? changed : changed.restart(now);
  }

  ZoneId zone() {
    return TimeZones.of(timeZone);
  }

  LocalDate today(Instant now) {
    return LocalDate.ofInstant(now, zone());
  }

  /** Past days stay without a summary, and so does today if its hour is past. */
  private SummarySubscription restart(Instant now) {
    LocalDate today = today(now);
    boolean past = isMailed(now) || !at(today).isAfter(now);
    LocalDate settled = past ? today : today.minusDays(1);
    return new SummarySubscription(userId, timeZone, hour, wanted, enabled, settled, mailedDay);
  }

  private Instant at(LocalDate day) {
    return day.atTime(LocalTime.of(hour, 0)).atZone(zone()).toInstant();
  }
}
