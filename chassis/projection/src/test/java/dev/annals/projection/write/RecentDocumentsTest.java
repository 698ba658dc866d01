package dev.annals.projection.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.projection.write.DocumentWriterTest.Counter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentDocumentsTest {

  @Test
  void cachesAtMostEightMebibytes() {
    RecentDocuments<Counter> recent = new RecentDocuments<>();
    String text = "x".repeat(100_000);
    for (int i = 0; i < 100; i++) {
      recent.put("counters", new Counter(Integer.toString(i), "owner", 0, text));
    }

    assertThat(remembered(recent)).isBetween(1L, 41L);
  }

  private static long remembered(RecentDocuments<Counter> recent) {
    recent.cleanUp();
    return IntStream.range(0, 100)
        .filter(i -> recent.before("counters", Integer.toString(i), 1).isPresent())
        .count();
  }
}
