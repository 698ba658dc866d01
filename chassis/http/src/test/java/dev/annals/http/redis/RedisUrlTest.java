package dev.annals.http.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.start.CannotStartException;
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
    "'', ",
    "redis://redis, redis://redis:6379",
    "redis://redis:7000, redis://redis:7000",
    "redis://:hush@redis, redis://:hush@redis:6379",
    "redis://ann:h%40sh@redis/2, redis://ann:h%40sh@redis:6379/2",
    "rediss://[::1]?timeout=1s, rediss://[::1]:6379?timeout=1s"
  })
  void readsAUrl(String url, String read) {
    program
        .withPropertyValues("spring.data.redis.url=" + url)
        .run(
            started ->
                assertThat(started.getBean(DataRedisProperties.class).getUrl()).isEqualTo(read));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis",
        "http://redis:6379",
        "redis://:hush@",
        "redis://:hu@sh@redis:6379",
        "redis://redis/two",
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
