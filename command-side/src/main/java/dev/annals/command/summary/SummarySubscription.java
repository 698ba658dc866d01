package dev.annals.command.summary;

import dev.annals.command.identity.TimeZones;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/**
 * A user's wish for a summary each day, and how far it is fulfilled. Days are those of the user's
 * zone, and each is settled once: another hour or zone neither repeats one nor leaves one out.
 *
 * @param timeZone the zone's IANA name; kept though this Java runtime may not know it
 * @param hour from 0 to 23; where clocks skip it, the summary comes when they have, and where they
 *     show it twice, the first time
 * @param wanted by the user
 * @param enabled by administrators
 * @param settledDay nothing is owed for it, nor for any day before
 * @param mailedDay the last one that there was a mail for; null if there was none yet
 */
record SummarySubscription(
    UUID userId,
    String timeZone,
    int hour,
    boolean wanted,
    boolean enabled,
    LocalDate settledDay,
    LocalDate mailedDay) {

  /** One that begins with the next time that it is the hour. */
  static SummarySubscription begin(UUID userId, String timeZone, int hour, Instant now) {
    return new SummarySubscription(userId, timeZone, hour, true, true, LocalDate.EPOCH, null)
        .beginAgain(now);
  }

  /** When the next summary is due, past if it is owed; never while none is wanted. */
  Optional<Instant> next(Instant now) {
    if (!isActive()) {
      return Optional.empty();
    }
    LocalDate today = today(now);
    return Optional.of(at(settledDay.isBefore(today) ? today : settledDay.plusDays(1)));
  }

  /** Whether there was a mail for this day already. */
  boolean isMailed(Instant now) {
    return mailedDay != null && !mailedDay.isBefore(today(now));
  }

  /** There is nothing to tell this day. */
  SummarySubscription settle(Instant now) {
    return new SummarySubscription(userId, timeZone, hour, wanted, enabled, today(now), mailedDay);
  }

  /** There is a mail for this day. */
  SummarySubscription mail(Instant now) {
    return new SummarySubscription(userId, timeZone, hour, wanted, enabled, today(now), today(now));
  }

  /** The user has other wishes. */
  SummarySubscription change(boolean nowWanted, String newZone, int newHour, Instant now) {
    SummarySubscription changed =
        new SummarySubscription(
            userId, newZone, newHour, nowWanted, enabled, settledDay, mailedDay);
    return wanted || !nowWanted ? changed : changed.beginAgain(now);
  }

  /** An administrator locked the user out, or let them in again. */
  SummarySubscription enable(boolean nowEnabled, Instant now) {
    SummarySubscription changed =
        new SummarySubscription(userId, timeZone, hour, wanted, nowEnabled, settledDay, mailedDay);
    return enabled || !nowEnabled ? changed : changed.beginAgain(now);
  }

  ZoneId zone() {
    return TimeZones.of(timeZone);
  }

  LocalDate today(Instant now) {
    return LocalDate.ofInstant(now, zone());
  }

  private boolean isActive() {
    return wanted && enabled;
  }

  /** What was before is no debt: not today's either, if its hour is past. */
  private SummarySubscription beginAgain(Instant now) {
    LocalDate today = today(now);
    boolean past = isMailed(now) || !at(today).isAfter(now);
    LocalDate settled = past ? today : today.minusDays(1);
    return new SummarySubscription(userId, timeZone, hour, wanted, enabled, settled, mailedDay);
  }

  private Instant at(LocalDate day) {
    return day.atTime(LocalTime.of(hour, 0)).atZone(zone()).toInstant();
  }
}
