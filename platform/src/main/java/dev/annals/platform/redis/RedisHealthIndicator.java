package dev.annals.platform.redis;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Reports whether Redis is available. Without it the program is only slower. */
@Component("redisHealthIndicator")
final class RedisHealthIndicator extends AbstractHealthIndicator {

  private final Redis redis;

  RedisHealthIndicator(Redis redis) {
    this.redis = redis;
  }

  @Override
  protected void doHealthCheck(Health.Builder health) {
    if (redis.isAvailable()) {
      health.up();
    } else {
      health.down().withDetail("meanwhile", "lists are not cached, and each process limits alone");
    }
  }
}
