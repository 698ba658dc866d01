package dev.annals.command.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Advances the time in steps of five minutes, and mails when due. */
class SummarySubscriptionTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final ZoneId VIENNA = ZoneId.of("Europe/Vienna");
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final Duration STEP = Duration.ofMinutes(5);

  private final List<String> mails = new ArrayList<>();
  private Instant now;
  private SummarySubscription subscription;

  @Test
  void isDueEachDayAtTheHour() {
    begin("2026-11-22T05:50:00Z", VIENNA, 7);

    until("2026-11-25T00:00:00Z");

    assertThat(mails)
        .containsExactly(
            "2026-11-22T07:00+01:00[Europe/Vienna]",
            "2026-11-23T07:00+01:00[Europe/Vienna]",
            "2026-11-24T07:00+01:00[Europe/Vienna]");
  }

  @Test
  void isNotDueTodayIfTheHourIsPastWhenItBegins() {
    begin("2026-11-22T06:00:00Z", VIENNA, 7);

    until("2026-11-23T12:00:00Z");

    assertThat(mails).containsExactly("2026-11-23T07:00+01:00[Europe/Vienna]");
  }

  @Test
  void isDueAfterTheGapIfClocksSkipTheHour() {
    begin("2026-03-28T00:00:00Z", VIENNA, 2);

    until("2026-03-30T12:00:00Z");

    assertThat(mails)
        .containsExactly(
            "2026-03-28T02:00+01:00[Europe/Vienna]",
            "2026-03-29T03:00+02:00[Europe/Vienna]",
            "2026-03-30T02:00+02:00[Europe/Vienna]");
  }

  @Test
  void isDueOnceIfClocksRepeatTheHour() {
    begin("2026-10-24T00:00:00Z", VIENNA, 2);

    until("2026-10-26T12:00:00Z");

    assertThat(mails)
        .containsExactly(
            "2026-10-25T02:00+02:00[Europe/Vienna]", "2026-10-26T02:00+01:00[Europe/Vienna]");
  }

  @Test
  void isNotDueOnADayThatAZoneSkips() {
    begin("2011-12-29T00:00:00Z", ZoneId.of("Pacific/Apia"), 7);

    until("2011-12-31T00:00:00Z");

    assertThat(mails)
        .containsExactly(
            "2011-12-29T07:00-10:00[Pacific/Apia]", "2011-12-31T07:00+14:00[Pacific/Apia]");
  }

  @Test
  void isDueTheNextDayAfterADayIsSettled() {
    begin("2026-11-22T05:50:00Z", VIENNA, 7);
    now = Instant.parse("2026-11-22T06:00:00Z");

    subscription = subscription.settle(now);

    assertThat(subscription.next(now)).hasValue(Instant.parse("2026-11-23T06:00:00Z"));
    assertThat(subscription.isMailed(now)).isFalse();
  }

  @Test
  void isDueAtOnceIfMovedToAnEarlierHourThatIsPast() {
    begin("2026-11-22T10:00:00Z", UTC, 20);
    until("2026-11-22T12:00:00Z");

    change(true, UTC, 8);
    until("2026-11-24T00:00:00Z");

    assertThat(mails).containsExactly("2026-11-22T12:00Z[UTC]", "2026-11-23T08:00Z[UTC]");
  }

  @Test
  void isNotDueAgainTodayIfMovedToALaterHour() {
    begin("2026-11-22T06:00:00Z", UTC, 7);
    until("2026-11-22T12:00:00Z");

    change(true, UTC, 20);
    until("2026-11-24T00:00:00Z");

    assertThat(mails).containsExactly("2026-11-22T07:00Z[UTC]", "2026-11-23T20:00Z[UTC]");
  }

  @Test
  void isNotDueTodayAfterAManualMailBeforeTheHour() {
    begin("2026-11-22T05:00:00Z", UTC, 7);
    assertThat(subscription.isMailed(now)).isFalse();

    subscription = subscription.mail(now);
    assertThat(subscription.isMailed(now)).isTrue();
    until("2026-11-24T00:00:00Z");

    assertThat(mails).containsExactly("2026-11-23T07:00Z[UTC]");
  }

  @Test
  void isDueOnceADayIfTheZoneMovesWest() {
    begin("2026-11-21T16:00:00Z", ZoneId.of("Pacific/Auckland"), 7);
    until("2026-11-21T19:00:00Z");

    change(true, ZoneId.of("Pacific/Honolulu"), 7);
    until("2026-11-24T00:00:00Z");

    assertThat(mails)
        .containsExactly(
            "2026-11-22T07:00+13:00[Pacific/Auckland]", "2026-11-23T07:00-10:00[Pacific/Honolulu]");
  }

  @Test
  void skipsNoDayIfTheZoneMovesEast() {
    begin("2026-11-21T16:00:00Z", ZoneId.of("Pacific/Honolulu"), 7);
    until("2026-11-21T19:00:00Z");

    change(true, ZoneId.of("Pacific/Auckland"), 7);
    until("2026-11-23T00:00:00Z");

    assertThat(mails)
        .containsExactly(
            "2026-11-21T07:00-10:00[Pacific/Honolulu]",
            "2026-11-22T08:00+13:00[Pacific/Auckland]",
            "2026-11-23T07:00+13:00[Pacific/Auckland]");
  }

  @Test
  void isNotDueAgainTodayIfTurnedOffAndOn() {
    begin("2026-11-22T06:00:00Z", UTC, 7);
    until("2026-11-22T12:00:00Z");

    change(false, UTC, 7);
    assertThat(subscription.next(now)).isEmpty();
    change(true, UTC, 20);
    until("2026-11-24T00:00:00Z");

    assertThat(mails).containsExactly("2026-11-22T07:00Z[UTC]", "2026-11-23T20:00Z[UTC]");
  }

  @Test
  void isNotDueWhileDisabled() {
    begin("2026-11-22T06:00:00Z", UTC, 7);
    subscription = subscription.enable(false, now);

    until("2026-11-23T12:00:00Z");
    assertThat(subscription.next(now)).isEmpty();
    subscription = subscription.enable(true, now);
    until("2026-11-25T00:00:00Z");

    assertThat(mails).containsExactly("2026-11-24T07:00Z[UTC]");
  }

  @Test
  void isDueOnceAfterDaysWithoutARun() {
    begin("2026-11-22T06:00:00Z", UTC, 7);
    now = Instant.parse("2026-11-25T12:00:00Z");

    until("2026-11-26T12:00:00Z");

    assertThat(mails).containsExactly("2026-11-25T12:00Z[UTC]", "2026-11-26T07:00Z[UTC]");
  }

  private void begin(String at, ZoneId zone, int hour) {
    now = Instant.parse(at);
    subscription = SummarySubscription.begin(ANNA, zone.getId(), hour, now);
  }

  private void change(boolean wanted, ZoneId zone, int hour) {
    subscription = subscription.change(wanted, zone.getId(), hour, now);
  }

  private void until(String end) {
    for (; now.isBefore(Instant.parse(end)); now = now.plus(STEP)) {
      if (subscription.next(now).filter(next -> !next.isAfter(now)).isPresent()) {
        mails.add(now.atZone(subscription.zone()).toString());
        subscription = subscription.mail(now);
      }
    }
  }
}
