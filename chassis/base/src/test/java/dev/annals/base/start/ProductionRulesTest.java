package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class ProductionRulesTest {

  private final MockEnvironment environment = new MockEnvironment();

  /** A valid configuration of production. */
  @BeforeEach
  void configure() {
    environment.setActiveProfiles("prod");
    Map.of(
            "annals.master-key", "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
            "annals.admin.password", "Kq7-vR2_mmWz0c",
            "annals.public-url", "https://annals.example.org",
            "spring.datasource.url", "jdbc:postgresql://db/annals?user=annals&password=Kq7-vR2_m",
            "spring.mongodb.uri", "mongodb://annals:Kq7-vR2_m@mongo/annals",
            "spring.mail.host", "smtp.example.org",
            "spring.mail.properties.mail.smtp.starttls.required", "true",
            "management.server.port", "8081",
            "management.server.address", "10.0.0.7",
            "management.endpoints.web.exposure.include", "health,info,prometheus")
        .forEach(environment::setProperty);
  }

  @Test
  void acceptsAValidConfiguration() {
    apply();
  }

  @ParameterizedTest
  @CsvSource({
    "annals.master-key, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "annals.master-key-previous, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "annals.admin.password, change-me-please",
    "annals.attachments.s3.secret-key, minioadmin",
    "spring.datasource.password, postgres",
    "spring.data.redis.password, redis",
    "spring.data.redis.sentinel.password, redis",
    "spring.mail.password, Password1",
    "spring.datasource.url, jdbc:postgresql://db/annals?user=annals&password=annals",
    "spring.mongodb.uri, mongodb://annals:secret@mongo/annals",
    "spring.data.redis.url, redis://:change-me@redis:6379"
  })
  void refusesADefaultSecretByTheNameOfItsProperty(String property, String value) {
    environment.setProperty(property, value);
    assertRefused(
        "With the profile prod, %s must not be a well-known default secret.".formatted(property));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 11})
  void refusesALowBcryptCost(int cost) {
    environment.setProperty("annals.identity.bcrypt-cost", Integer.toString(cost));
    assertRefused(
        "With the profile prod, annals.identity.bcrypt-cost must be at least 12, not %d."
            .formatted(cost));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mongodb://mongo/annals",
        "mongodb://annals@mongo/annals",
        "mongodb://annals:@mongo/annals",
        "mongodb+srv://mongo/annals?retryWrites=true"
      })
  void refusesAMongoDbWithoutAPassword(String uri) {
    environment.setProperty("spring.mongodb.uri", uri);
    assertRefused(
        "With the profile prod, MongoDB must require a login, but spring.mongodb.uri has no"
            + " password.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://annals.example.org", "HTTP://localhost:8080"})
  void refusesLinksWithoutTls(String url) {
    environment.setProperty("annals.public-url", url);
    assertRefused(
        "With the profile prod, links must not lead over plain-text HTTP: annals.public-url must"
            + " begin with https.");
  }

  @ParameterizedTest
  @CsvSource({
    "annals.identity.bcrypt-cost, 13",
    "spring.mongodb.uri, mongodb://mongo/annals?authMechanism=MONGODB-X509&tls=true",
    "spring.mongodb.uri, ''",
    "annals.public-url, ''",
    "annals.webhooks.public-only, true"
  })
  void acceptsASafeValue(String property, String value) {
    environment.setProperty(property, value);
    apply();
  }

  @Test
  void refusesWebhooksIntoPrivateNetworks() {
    environment.setProperty("annals.webhooks.public-only", "false");
    assertRefused(
        "With the profile prod, webhooks must not lead into private networks, but"
            + " annals.webhooks.public-only is false.");
  }

  @Test
  void refusesPlainTextSmtp() {
    environment.setProperty("spring.mail.properties.mail.smtp.starttls.required", "false");
    environment.setProperty("spring.mail.properties.mail.smtp.starttls.enable", "true");
    assertRefused(
        "With the profile prod, mails must not leave by plain-text SMTP: set"
            + " spring.mail.properties.mail.smtp.starttls.required or spring.mail.ssl.enabled to true.");
  }

  @ParameterizedTest
  @CsvSource({
    "spring.mail.ssl.enabled, true",
    "spring.mail.protocol, smtps",
    "spring.mail.properties.mail.smtp.ssl.enable, true",
    "spring.mail.ssl.bundle, mail"
  })
  void acceptsAnyEncryptionOfMails(String property, String value) {
    environment.setProperty("spring.mail.properties.mail.smtp.starttls.required", "");
    environment.setProperty(property, value);
    apply();
  }

  @ParameterizedTest
  @CsvSource({"*, *", "'health,env,heapdump', 'env, heapdump'"})
  void refusesSensitiveEndpoints(String included, String told) {
    environment.setProperty("management.endpoints.web.exposure.include", included);
    assertRefused(
        "With the profile prod, the actuator must not be open, but"
            + " management.endpoints.web.exposure.include has %s.".formatted(told));
  }

  @ParameterizedTest
  @ValueSource(strings = {"8080", ""})
  void refusesAnActuatorOnThePortOfTheApi(String port) {
    environment.setProperty("management.server.port", port);
    assertRefused(
        "With the profile prod, the actuator must not be open, but management.server.port is the"
            + " port of the API.");
  }

  @Test
  void refusesAnActuatorOnAPublicAddress() {
    environment.setProperty("management.server.address", "8.8.8.8");
    assertRefused(
        "With the profile prod, the actuator must not be open, but it is on the public address"
            + " 8.8.8.8: set management.server.address to another.");
  }

  @Test
  void acceptsADisabledActuator() {
    environment.setProperty("management.server.port", "-1");
    environment.setProperty("management.endpoints.web.exposure.include", "*");
    apply();
  }

  @Test
  void reportsAllViolationsAtOnce() {
    environment.setProperty("spring.datasource.password", "postgres");
    environment.setProperty("management.server.port", "8080");
    assertRefused(
        "With the profile prod, spring.datasource.password must not be a well-known"
            + " default secret. With the profile prod, the actuator must not be open, but"
            + " management.server.port is the port of the API.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "staging"})
  void doesNotApplyToOtherProfiles(String profile) {
    environment.setActiveProfiles(profile);
    environment.setProperty("spring.datasource.password", "postgres");
    apply();
  }

  @ParameterizedTest
  @ValueSource(strings = {"8.8.8.8", "192.1.0.1", "100.128.0.1", "203.0.114.1", "2a00::1"})
  void recognizesPublicAddresses(String address) throws Exception {
    assertThat(ProductionRules.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.1.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "2001:db8::1"
      })
  void recognizesPrivateAddresses(String address) throws Exception {
    assertThat(ProductionRules.isPublic(InetAddress.getByName(address))).isFalse();
  }

  private void assertRefused(String sentences) {
    assertThatThrownBy(this::apply).isInstanceOf(CannotStartException.class).hasMessage(sentences);
  }

  private void apply() {
    new ProductionRules().onApplicationEvent(PreparedEnvironment.event(environment));
  }
}
