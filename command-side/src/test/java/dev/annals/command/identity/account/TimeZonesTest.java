package dev.annals.command.identity.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeZonesTest {

  private static final Instant WINTER = Instant.parse("2026-01-22T05:50:00Z");

  @Test
  void knowsEachNameOfTheIanaList() throws IOException {
    assertThat(names()).hasSize(597).allSatisfy(name -> assertThat(known(name)).isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "EST, -05:00",
    "MST, -07:00",
    "HST, -10:00",
    "EST5EDT, -05:00",
    "ROC, +08:00",
    "GMT+0, Z",
    "GMT-0, Z",
    "GMT0, Z",
    "Etc/GMT+5, -05:00",
    "US/Pacific, -08:00",
    "Europe/Vienna, +01:00",
    "Factory, Z"
  })
  void findsTheOffsetOfAName(String name, String offset) {
    assertThat(TimeZones.of(name).getRules().getOffset(WINTER)).isEqualTo(ZoneOffset.of(offset));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "est",
        "utc",
        "europe/vienna",
        "Mars/Olympus",
        "+02:00",
        "UTC+1",
        "GMT+1",
        "Z"
      })
  void rejectsOtherTexts(String text) {
    assertThat(known(text)).isFalse();
  }

  @Test
  void usesUtcForAnUnknownStoredName() {
    assertThat(TimeZones.of("Mars/Olympus")).isEqualTo(ZoneOffset.UTC);
    assertThat(TimeZones.of("Europe/Vienna")).isEqualTo(ZoneId.of("Europe/Vienna"));
  }

  private static boolean known(String name) {
    return new TimeZone.Known().isValid(name, null);
  }

  private static List<String> names() throws IOException {
    try (InputStream names = TimeZonesTest.class.getResourceAsStream("iana-time-zones.txt")) {
      return new String(names.readAllBytes(), UTF_8).lines().toList();
    }
  }
}
