package dev.annals.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.platform.start.CannotStartException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RedisUrlTest {

  private final ApplicationContextRunner program =
      new ApplicationContextRunner().withUserConfiguration(Properties.class, RedisUrl.class);

  @EnableConfigurationProperties(DataRedisProperties.class)
  static class Properties {}

  @ParameterizedTest
  @CsvSource({
    "'', localhost, 6379, , , 0, false",
    "redis://redis, redis, 6379, , , 0, false",
    "redis://:hush@redis:7000, redis, 7000, , hush, 0, false",
    "redis://hush@redis, redis, 6379, , hush, 0, false",
    "redis://ann:h%40sh@redis/2, redis, 6379, ann, h@sh, 2, false",
    "rediss://redis:7000, redis, 7000, , , 0, true"
  })
  void readsAUrl(
      String url,
      String host,
      int port,
      String username,
      String password,
      int database,
      boolean ssl) {
    program
        .withPropertyValues("spring.data.redis.url=" + url)
        .run(
            started -> {
              DataRedisProperties read = started.getBean(DataRedisProperties.class);
              assertThat(read.getHost()).isEqualTo(host);
              assertThat(read.getPort()).isEqualTo(port);
              assertThat(read.getUsername()).isEqualTo(username);
              assertThat(read.getPassword()).isEqualTo(password);
              assertThat(read.getDatabase()).isEqualTo(database);
              assertThat(read.getSsl().isEnabled()).isEqualTo(ssl);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis",
        "http://redis:6379",
        "redis://:hu sh@redis:6379",
        "redis-sentinel://redis:26379#annals"
      })
  void refusesATextThatIsNotAUrlOfAServerWithoutItsPassword(String url) {
    program
        .withPropertyValues("spring.data.redis.url=" + url)
        .run(
            refused ->
                assertThat(refused.getStartupFailure())
                    .hasRootCauseInstanceOf(CannotStartException.class)
                    .hasRootCauseMessage(
                        "spring.data.redis.url is not a URL of a Redis server, such as"
                            + " redis://:password@redis:6379."));
  }
}
