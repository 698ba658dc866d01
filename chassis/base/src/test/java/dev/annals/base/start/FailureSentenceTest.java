package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.constraints.Min;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.validation.annotation.Validated;

class FailureSentenceTest {
  private final MockEnvironment environment = new MockEnvironment();

  @Test
  void namesThePropertyAndTheValueThatCannotBeRead() {
    assertThat(refused("sample.time-out=soon"))
        .startsWith("The property sample.time-out with the value \"soon\"")
        .endsWith("is not valid: it cannot be read as Duration.");
  }

  @Test
  void namesThePropertyThatBreaksARule() {
    assertThat(refused("sample.batch-size=0"))
        .isEqualTo(
            "The configuration is not valid: sample.batch-size with the value \"0\" must be greater than or equal to 1.");
  }

  @Test
  void omitsASecretValue() {
    assertThat(refused("sample.api-key=hush")).contains("sample.api-key").doesNotContain("hush");
  }

  @Test
  void namesThePortThatIsTakenByItsProperty() {
    environment.setProperty("management.server.port", "8081");

    assertThat(sentence(new PortInUseException(8081)))
        .isEqualTo("The port 8081 (management.server.port) is already in use.");
    assertThat(sentence(new PortInUseException(8080)))
        .isEqualTo("The port 8080 (server.port) is already in use.");
  }

  @Test
  void namesADatabaseThatCannotBeReachedWithoutItsCredentials() {
    environment.setProperty(
        "spring.datasource.url", "jdbc:postgresql://me:hu@sh@db:5432/annals?password=hush");
    SQLException refused =
        new SQLException("wrapped", "08001", new ConnectException("Connection refused"));

    assertThat(sentence(refused))
        .isEqualTo(
            "The database at jdbc:postgresql://db:5432/annals (spring.datasource.url) cannot be reached: Connection refused.");
  }

  @Test
  void describesTheRootCauseOfAnUnknownFailureInOneLine() {
    Throwable failure =
        new IllegalStateException("outer", new IllegalArgumentException("no such\nthing."));

    assertThat(sentence(failure))
        .isEqualTo(
            "Annals cannot start: no such thing (set logging.level.dev.annals.base.start to debug for more).");
  }

  private String sentence(Throwable cause) {
    return FailureSentence.of(new IllegalStateException("while starting", cause), environment);
  }

  private static String refused(String property) {
    StringBuilder sentence = new StringBuilder();
    new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
        .withUserConfiguration(Configured.class)
        .withPropertyValues(property)
        .run(
            context ->
                sentence.append(
                    FailureSentence.of(context.getStartupFailure(), new MockEnvironment())));
    return sentence.toString();
  }

  @EnableConfigurationProperties(Sample.class)
  static class Configured {}

  @Validated
  @ConfigurationProperties("sample")
  record Sample(Duration timeOut, @Min(1) Integer batchSize, Integer apiKey) {}
}
