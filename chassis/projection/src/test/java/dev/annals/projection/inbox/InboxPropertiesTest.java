package dev.annals.projection.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class InboxPropertiesTest {

  private final ApplicationContextRunner program =
      new ApplicationContextRunner().withUserConfiguration(Properties.class);

  @EnableConfigurationProperties(InboxProperties.class)
  static class Properties {}

  @Test
  void keepsReadOnesForNinetyDaysAndUnreadOnesForAYear() {
    program.run(
        it ->
            assertThat(it.getBean(InboxProperties.class))
                .isEqualTo(new InboxProperties(Duration.ofDays(90), Duration.ofDays(365))));
  }

  @ParameterizedTest
  @CsvSource({
    "1s, true",
    "36525d, true",
    "0s, false",
    "-90d, false",
    "999ms, false",
    "36526d, false"
  })
  void acceptsDurationsFromASecondToAHundredYears(String duration, boolean accepted) {
    for (String name : new String[] {"keep-read", "keep-unread"}) {
      program
          .withPropertyValues("annals.notifications." + name + "=" + duration)
          .run(
              it -> {
                if (accepted) {
                  assertThat(it).as(name).hasNotFailed();
                } else {
                  assertThat(it).as(name).hasFailed();
                }
              });
    }
  }
}
