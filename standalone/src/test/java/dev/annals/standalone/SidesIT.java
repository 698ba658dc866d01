package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failed starts of the command side and the query side. */
@StartsItsOwnPrograms
class SidesIT {
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  @ParameterizedTest
  @CsvSource({
    "annals.command-side.jar, 'annals.master-key, spring.datasource.url, spring.mail.host'",
    "annals.query-side.jar, 'annals.master-key, spring.datasource.url, spring.mongodb.uri'"
  })
  void nameAllMissingProperties(String jar, String properties) throws Exception {
    try (AnnalsProcess side = AnnalsProcess.of(jar).embedded().start()) {
      assertRefused(side, "The configuration is not complete, not set: " + properties + ".\n");
    }
  }

  @Test
  void refuseAnUnknownRole() throws Exception {
    try (AnnalsProcess side =
        AnnalsProcess.of("annals.command-side.jar")
            .with("ANNALS_ROLES", "commands,cook")
            .with("ANNALS_MASTER_KEY", KEY)
            .with("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1/annals")
            .with("SPRING_MAIL_HOST", "127.0.0.1")
            .start()) {
      assertRefused(
          side,
          "The property annals.roles must be one or more of commands, identity and worker, separated"
              + " by commas, not \"cook\".\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--annals.roles=commands", "migrate"})
  void refuseAnUnreachableDatabase(String argument) throws Exception {
    try (AnnalsProcess side =
        AnnalsProcess.of("annals.command-side.jar")
            .with("ANNALS_MASTER_KEY", KEY)
            .with("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1/annals?password=hush")
            .with("SPRING_MAIL_HOST", "127.0.0.1")
            .start(argument)) {
      assertRefused(
          side,
          "The database at jdbc:postgresql://127.0.0.1:1/annals (spring.datasource.url) cannot be"
              + " reached: Connection refused.\n");
    }
  }

  @Test
  void refuseDevelopmentSettingsInProduction() throws Exception {
    try (AnnalsProcess side =
        AnnalsProcess.of("annals.command-side.jar")
            .with("SPRING_PROFILES_ACTIVE", "prod")
            .with("ANNALS_MASTER_KEY", KEY)
            .with("SPRING_DATASOURCE_URL", "jdbc:postgresql://127.0.0.1:1/annals?password=hush")
            .with("SPRING_MAIL_HOST", "127.0.0.1")
            .with("MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE", "*")
            .start()) {
      assertRefused(
          side,
          "With the profile prod, annals.master-key must not be a well-known default"
              + " secret. With the profile prod, mails must not leave by plain-text SMTP: set"
              + " spring.mail.properties.mail.smtp.starttls.required or spring.mail.ssl.enabled to"
              + " true. With the profile prod, the actuator must not be open, but"
              + " management.endpoints.web.exposure.include has *.\n");
    }
  }

  private static void assertRefused(AnnalsProcess side, String sentence) {
    assertThat(side.exitCode()).isEqualTo(1);
    assertThat(side.errors()).isEqualTo(sentence);
    assertThat(side.output()).doesNotContain("Exception", "ERROR", "\tat ");
  }
}
