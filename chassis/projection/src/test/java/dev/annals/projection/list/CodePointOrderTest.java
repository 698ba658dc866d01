package dev.annals.projection.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CodePointOrderTest {

  private static final List<Integer> EDGES =
      List.of(
          0x01, 0x41, 0x61, 0x7F, 0x80, 0x7FF, 0x800, 0x4000, 0xD7FF, 0xE000, 0xF8FD, 0xF8FE,
          0xF8FF, 0xF900, 0xFF21, 0xFFFD, 0xFFFF, 0x10000, 0x103FF, 0x10400, 0x1F600, 0x10FC00,
          0x10FFFF);

  private static final Comparator<String> BY_CODE_POINT =
      (a, b) -> Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  private static final Comparator<String> BY_UTF_16 = Comparator.naturalOrder();
  private static final Comparator<String> BY_UTF_8 =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  @Test
  void sortsKeysByCodePointWhenComparedAsUtf8AndUtf16() {
    List<String> texts =
        Stream.concat(edges(), random()).collect(Collectors.toCollection(java.util.ArrayList::new));
    for (String a : texts) {
      for (String b : texts) {
        int expected = Integer.signum(BY_CODE_POINT.compare(a, b));
        String keyA = CodePointOrder.key(a);
        String keyB = CodePointOrder.key(b);

        assertThat(Integer.signum(BY_UTF_16.compare(keyA, keyB))).isEqualTo(expected);
        assertThat(Integer.signum(BY_UTF_8.compare(keyA, keyB))).isEqualTo(expected);
      }
    }
  }

  @Test
  void returnsOrdinaryTextUnchanged() {
    assertThat(CodePointOrder.key("Grüße, 日本 1")).isEqualTo("Grüße, 日本 1");
  }

  @Test
  void encodesEveryKeyInUtf8() {
    edges()
        .map(CodePointOrder::key)
        .forEach(
            key ->
                assertThat(new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(key));
  }

  private static Stream<String> edges() {
    return Stream.concat(
        Stream.of(""),
        EDGES.stream()
            .flatMap(
                first ->
                    Stream.of(
                        Character.toString(first),
                        "a" + Character.toString(first),
                        Character.toString(first) + "a",
                        Character.toString(first) + Character.toString(first))));
  }

  private static Stream<String> random() {
    Random random = new Random(42);
    return Stream.generate(
            () ->
                IntStream.range(0, random.nextInt(4))
                    .map(i -> EDGES.get(random.nextInt(EDGES.size())))
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining()))
        .limit(300);
  }
}
