package dev.annals.http.redis;

import dev.annals.base.start.CannotStartException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;

/**
 * Accepts an empty {@code spring.data.redis.url} and one without a port, which Boot does not. Boot
 * also repeats the password of a URL that it refuses.
 */
final class RedisUrl implements BeanPostProcessor {

  private static final Pattern URL =
      Pattern.compile("(rediss?://([^/@\\s]*@)?([\\w.-]+|\\[[\\w:.]+]))(:\\d+)?(/\\d*)?(\\?\\S*)?");

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (bean instanceof DataRedisProperties properties && properties.getUrl() != null) {
      String url = properties.getUrl().strip();
      Matcher parts = URL.matcher(url);
      if (url.isEmpty()) {
        properties.setUrl(null);
      } else if (!parts.matches()) {
        throw new CannotStartException(
            "spring.data.redis.url is not a URL of a Redis server, such as"
                + " redis://:password@redis:6379.");
      } else if (parts.group(4) == null) {
        properties.setUrl(new StringBuilder(url).insert(parts.end(1), ":6379").toString());
      }
    }
    return bean;
  }
}
