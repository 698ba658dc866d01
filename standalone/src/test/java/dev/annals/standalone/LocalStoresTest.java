package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.start.CannotStartException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.mock.env.MockEnvironment;

class LocalStoresTest {

  private final MockEnvironment environment = new MockEnvironment();

  @ParameterizedTest
  @CsvSource({
    "spring.data.redis.url, redis://redis",
    "spring.data.redis.host, redis",
    "spring.data.redis.sentinel.nodes, 'a:26379,b:26379'",
    "spring.data.redis.cluster.nodes[0], a:6379",
    "spring.data.redis.masterreplica.nodes, a:6379"
  })
  void doesNotEmbedRedisIfAPropertyNamesAServer(String property, String value) {
    environment.setProperty(property, value);

    assertRefusedInProduction("spring.datasource.url, spring.mongodb.uri, spring.mail.host");
  }

  @ParameterizedTest
  @CsvSource({"spring.data.redis.url, ''", "spring.data.redis.sentinel.master, annals"})
  void embedsRedisIfNoPropertyNamesAServer(String property, String value) {
    environment.setProperty(property, value);

    assertRefusedInProduction(
        "spring.datasource.url, spring.mongodb.uri, spring.data.redis.url, spring.mail.host");
  }

  private void assertRefusedInProduction(String missing) {
    environment.setActiveProfiles("prod");
    assertThatThrownBy(
            () ->
                new LocalStores()
                    .onApplicationEvent(
                        new ApplicationEnvironmentPreparedEvent(
                            new DefaultBootstrapContext(),
                            new SpringApplication(),
                            new String[0],
                            environment)))
        .isInstanceOf(CannotStartException.class)
        .hasMessage("The profile prod embeds no servers: set " + missing + ".");
  }
}
