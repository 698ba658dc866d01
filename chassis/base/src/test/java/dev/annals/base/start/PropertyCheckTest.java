package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class PropertyCheckTest {

  @ParameterizedTest
  @CsvSource({
    "ANNALS_PUSH_ORIGINS, annals.push.origins",
    "annals.push.origins, annals.push.origins",
    "annals.push.origins[0], annals.push.origins",
    "ANNALS_GATEWAY_ORIGINS, annals.gateway.origins"
  })
  void refusesAnEarlierNameAndNamesTheNewOne(String variable, String property) {
    assertThatThrownBy(() -> check(variable, "https://notes.example.org"))
        .isInstanceOf(CannotStartException.class)
        .hasMessage("The property %s is now named annals.cors.origins.", property);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ANNALS_PUSH_ORIGINS", "ANNALS_GATEWAY_ORIGINS"})
  void ignoresAnEarlierNameWithoutAValue(String variable) {
    assertThatCode(() -> check(variable, "")).doesNotThrowAnyException();
  }

  private static void check(String variable, String value) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(variable, value)));
    new PropertyCheck().onApplicationEvent(PreparedEnvironment.event(environment));
  }
}
