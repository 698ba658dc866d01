package dev.annals.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FeatureTest {

  @Test
  void hasTheKeysOfTheContract() {
    assertThat(Feature.values())
        .extracting(Feature::key)
        .containsExactly("sorting", "attachments", "daily-summary");
  }
}
