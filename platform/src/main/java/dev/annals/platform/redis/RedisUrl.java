package dev.annals.platform.redis;

import dev.annals.platform.start.CannotStartException;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.stereotype.Component;

/**
 * Reads {@code spring.data.redis.url} as Lettuce does. Boot refuses an empty URL and one without a
 * port, and repeats the password in the message.
 */
@Component
final class RedisUrl implements BeanPostProcessor {

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (bean instanceof DataRedisProperties properties && properties.getUrl() != null) {
      String url = properties.getUrl().strip();
      properties.setUrl(null);
      if (!url.isEmpty()) {
        apply(parse(url), properties);
      }
    }
    return bean;
  }

  private static RedisURI parse(String url) {
    try {
      RedisURI uri = RedisURI.create(url);
      if (uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Its message may contain the password.
    }
    throw new CannotStartException(
        "spring.data.redis.url is not a URL of a Redis server, such as redis://:password@redis:6379.");
  }

  private static void apply(RedisURI uri, DataRedisProperties properties) {
    RedisCredentials login = uri.getCredentialsProvider().resolveCredentials().block();
    properties.setHost(uri.getHost());
    properties.setPort(uri.getPort());
    properties.setDatabase(uri.getDatabase());
    properties.setUsername(login.getUsername());
    properties.setPassword(login.hasPassword() ? new String(login.getPassword()) : null);
    if (uri.isSsl()) {
      properties.getSsl().setEnabled(true);
    }
  }
}
