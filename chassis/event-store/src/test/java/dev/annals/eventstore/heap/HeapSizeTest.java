package dev.annals.eventstore.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

class HeapSizeTest {

  private static final String TEXT = "x".repeat(10_000);

  enum Size {
    LARGE {},
  }

  record Holder(long number, Size size, Object held) {}

  static class Parent {
    final Object inherited = TEXT;
  }

  static class Child extends Parent {}

  static Stream<Object> countsTextInAnyHolder() {
    return Stream.of(
        TEXT,
        new ArrayList<>(List.of(TEXT)),
        Map.of("key", TEXT),
        Map.of(TEXT, 1),
        new Holder(1, Size.LARGE, TEXT),
        new Holder(1, Size.LARGE, List.of(new Holder(2, Size.LARGE, TEXT))),
        new Child(),
        JsonNodeFactory.instance.stringNode(TEXT),
        JsonNodeFactory.instance.arrayNode().add(TEXT),
        JsonNodeFactory.instance
            .objectNode()
            .set("key", JsonNodeFactory.instance.stringNode(TEXT)));
  }

  @ParameterizedTest
  @MethodSource
  void countsTextInAnyHolder(Object holder) {
    assertThat(HeapSize.of(holder)).isBetween(20_000, 20_500);
  }

  static Stream<Object> countsOtherObjectsAsSmall() {
    return Stream.of(1, Size.LARGE, Optional.empty(), new Holder(1, null, null));
  }

  @ParameterizedTest
  @MethodSource
  void countsOtherObjectsAsSmall(Object small) {
    assertThat(HeapSize.of(small)).isLessThan(100);
  }
}
