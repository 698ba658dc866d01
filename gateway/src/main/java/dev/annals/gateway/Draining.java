package dev.annals.gateway;

import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets whoever routes to this process notice that it is about to stop, before it takes no more
 * connections: {@code /readyz} says so, and each answer ends its connection.
 */
@Component
final class Draining implements SmartLifecycle {

  private final GatewayProperties properties;
  private volatile boolean running;
  private volatile boolean begun;

  Draining(GatewayProperties properties) {
    this.properties = properties;
  }

  boolean begun() {
    return begun;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    begun = true;
    try {
      TimeUnit.NANOSECONDS.sleep(properties.drain().toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** The first to stop. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
