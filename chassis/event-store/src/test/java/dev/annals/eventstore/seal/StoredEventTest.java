package dev.annals.eventstore.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StoredEventTest {

  private static StoredEvent event(String type, String revision) {
    return new StoredEvent(
        258, "e", "ä", 1, type, "T", "p.E", revision, bytes("{}"), new byte[] {0, (byte) 255});
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Other bytes would invalidate the heads that are already signed. */
  @Test
  void hasStableBytes() {
    assertThat(HexFormat.of().formatHex(event("Note", "1").bytes()))
        .isEqualTo(
            "0000000000000102"
                + ("00000001" + "65")
                + ("00000002" + "c3a4")
                + "0000000000000001"
                + ("00000004" + "4e6f7465")
                + ("00000001" + "54")
                + ("00000003" + "702e45")
                + ("00000001" + "31")
                + ("00000002" + "7b7d")
                + ("00000002" + "00ff"));
  }

  @Test
  void distinguishesAnAbsentRevisionFromAnEmptyOne() {
    assertThat(event("Note", null).bytes()).isNotEqualTo(event("Note", "").bytes());
    assertThat(StoredEvent.parse(event("Note", null).bytes()).revision()).isNull();
    assertThat(StoredEvent.parse(event("Note", "").bytes()).revision()).isEmpty();
  }

  @Test
  void isParsedFromItsBytes() {
    byte[] bytes = event("Note", "1").bytes();

    StoredEvent read = StoredEvent.parse(bytes);

    assertThat(read.bytes()).isEqualTo(bytes);
    assertThat(read.position()).isEqualTo(258);
    assertThat(read.aggregateId()).isEqualTo("ä");
    assertThat(read.payload()).isEqualTo(bytes("{}"));
  }

  @Test
  void refusesShorterAndLongerBytes() {
    byte[] bytes = event("Note", "1").bytes();

    for (int length = 0; length < bytes.length; length++) {
      byte[] shorter = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> StoredEvent.parse(shorter))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> StoredEvent.parse(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
