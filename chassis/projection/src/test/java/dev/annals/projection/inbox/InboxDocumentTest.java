package dev.annals.projection.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.projection.inbox.InboxDocument.Range;
import dev.annals.projection.inbox.InboxDocument.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboxDocumentTest {

  private static final Duration KEEP = Duration.ofDays(100);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant BEFORE = Instant.parse("2026-01-01T00:00:00Z");

  /** The list stays short, and is wrong by a day at most: no entry counts as read too early. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void knowsWhenEachEntryWasReadForAsLongAsItIsKept(int seed) {
    Random random = new Random(seed);
    List<Instant> exact = new ArrayList<>();
    InboxDocument inbox = inbox(0, List.of());
    Instant now = BEFORE;
    for (int i = 0; i < 2_000; i++) {
      now = now.plus(Duration.ofMinutes(random.nextInt(600)));
      for (int n = random.nextInt(3); n > 0; n--) {
        exact.add(now);
      }
      InboxDocument current = inbox(exact.size(), inbox.reads(), inbox.readUpTo());
      inbox = inbox(exact.size(), current.readsWith(now, KEEP, () -> BEFORE), current.last());
      assertThat(inbox.reads()).hasSizeLessThanOrEqualTo(103);
    }
    for (int number = 1; number <= exact.size(); number++) {
      Instant read = inbox.readAt(entry(number, false, null), BEFORE).orElseThrow();
      Instant was = exact.get(number - 1);
      if (was.isBefore(now.minus(KEEP).minus(DAY))) {
        assertThat(read).isBefore(now.minus(KEEP));
      } else {
        assertThat(read).isBetween(was, was.plus(DAY));
      }
    }
  }

  @Test
  void takesTheEarlierOfTwoReadings() {
    InboxDocument inbox = inbox(9, List.of(new Reading(4, day(5)), new Reading(8, day(7))), 8);

    assertThat(inbox.readAt(entry(4, false, null), BEFORE)).contains(day(5));
    assertThat(inbox.readAt(entry(5, false, null), BEFORE)).contains(day(7));
    assertThat(inbox.readAt(entry(5, true, day(6)), BEFORE)).contains(day(6));
    assertThat(inbox.readAt(entry(4, true, day(6)), BEFORE)).contains(day(5));
    assertThat(inbox.readAt(entry(4, true, null), BEFORE)).contains(BEFORE);
    assertThat(inbox.readAt(entry(9, true, day(8)), BEFORE)).contains(day(8));
    assertThat(inbox.readAt(entry(9, false, null), BEFORE)).isEmpty();
    assertThat(inbox(9, List.of(), 8).readAt(entry(8, false, null), BEFORE)).contains(BEFORE);
  }

  @Test
  void keepsTheTimeOfReadingsThatARestoreLeaves() {
    InboxDocument inbox = inbox(9, List.of(new Reading(4, day(5)), new Reading(8, day(7))), 8);

    assertThat(inbox.readsUpTo(8)).isEqualTo(inbox.reads());
    assertThat(inbox.readsUpTo(6)).containsExactly(new Reading(4, day(5)), new Reading(6, day(7)));
    assertThat(inbox.readsUpTo(2)).containsExactly(new Reading(2, day(5)));
    assertThat(inbox.readsUpTo(0)).containsExactly(new Reading(0, day(5)));
  }

  @Test
  void remembersAllCutNumbersInFewRanges() {
    InboxDocument inbox = inbox(0, List.of());
    for (long first = 1; first <= 1_000; first += 10) {
      inbox =
          new InboxDocument(
              "", 0, 0, -1, 0L, inbox.cutsWith(new Range(first, first + 2)), List.of());
      assertThat(inbox.isCut(first)).isTrue();
      assertThat(inbox.isCut(first + 2)).isTrue();
      assertThat(inbox.isCut(first + 3)).isFalse();
      assertThat(inbox.cuts()).hasSizeLessThanOrEqualTo(20);
    }
    assertThat(inbox.isCut(1)).isTrue();
    assertThat(inbox.isCut(0)).isFalse();
    assertThat(inbox.isCut(989)).isFalse();
    // The same again, as after an interrupted cut, with the numbers before it.
    assertThat(inbox.cutsWith(new Range(990, 993))).last().isEqualTo(new Range(990, 993));
    assertThat(inbox.cutsWith(new Range(984, 1_000))).last().isEqualTo(new Range(981, 1_000));
  }

  private static Instant day(int day) {
    return BEFORE.plus(Duration.ofDays(day));
  }

  private static InboxDocument inbox(long last, List<Reading> reads, long... readUpTo) {
    return new InboxDocument(
        "", last, readUpTo.length == 0 ? 0 : readUpTo[0], -1, null, null, reads);
  }

  private static NotificationDocument entry(long number, boolean read, Instant readAt) {
    return new NotificationDocument(
        "note/0", "", "", number, "", "note", "note", 0, "", BEFORE, read, readAt);
  }
}
