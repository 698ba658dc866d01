package dev.annals.eventstore.flag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.flag.Flag;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagStateTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  private enum SampleFlag implements Flag {
    SORTING,
    ATTACHMENTS,
    DAILY_SUMMARY;

    @Override
    public String description() {
      return "A sample.";
    }
  }

  private static FlagState percentage(int percentage) {
    return new FlagState(true, percentage, List.of(), 0);
  }

  /** If a new version moved buckets, features would be switched on and off for users. */
  @ParameterizedTest
  @CsvSource({
    "sorting,       00000000-0000-4000-8000-00000000000a, 69",
    "attachments,   00000000-0000-4000-8000-00000000000a, 62",
    "daily-summary, 00000000-0000-4000-8000-00000000000a, 48",
    "sorting,       00000000-0000-4000-8000-00000000000b, 94",
    "sorting,       0d9a5a9e-4f5c-4b0e-9a57-3f3f0b6a1c11, 26",
  })
  void assignsAStableBucketToEachUser(String key, UUID user, int bucket) {
    Flag flag = SampleFlag.valueOf(key.toUpperCase(Locale.ROOT).replace('-', '_'));

    assertThat(percentage(bucket).isOn(flag, user)).isFalse();
    assertThat(percentage(bucket + 1).isOn(flag, user)).isTrue();
  }

  @Test
  void isOnForTheGivenShareOfUsers() {
    List<UUID> users = IntStream.range(0, 1_000).mapToObj(i -> new UUID(i, i)).toList();

    assertThat(users).noneMatch(user -> percentage(0).isOn(SampleFlag.SORTING, user));
    assertThat(users).allMatch(user -> percentage(100).isOn(SampleFlag.SORTING, user));
    assertThat(users.stream().filter(user -> percentage(25).isOn(SampleFlag.SORTING, user)).count())
        .isBetween(200L, 300L);
  }

  @Test
  void isAlwaysOnForListedUsers() {
    FlagState off = new FlagState(false, 100, List.of(ANNA), 0);
    FlagState forListedUsersOnly = new FlagState(true, 0, List.of(ANNA), 0);

    assertThat(off.isOn(SampleFlag.SORTING, ANNA)).isTrue();
    assertThat(off.isOn(SampleFlag.SORTING, new UUID(0, 1))).isFalse();
    assertThat(forListedUsersOnly.isOn(SampleFlag.SORTING, ANNA)).isTrue();
    assertThat(forListedUsersOnly.isOn(SampleFlag.SORTING, new UUID(0, 1))).isFalse();
  }

  @Test
  void isOnAtFirst() {
    assertThat(SampleFlag.values()).allMatch(flag -> FlagState.INITIAL.isOn(flag, ANNA));
  }
}
