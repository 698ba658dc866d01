package dev.annals.platform.start;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Lets whoever routes to this process notice that it is about to stop, before it takes no more
 * connections: {@code /readyz} says so, and each answer is to end its connection.
 */
@Component
@EnableConfigurationProperties(DrainProperties.class)
public final class Draining implements SmartLifecycle {

  private final Duration drain;
  private volatile boolean running;
  private volatile boolean begun;

  Draining(DrainProperties properties) {
    this.drain = properties.drain();
  }

  /** Whether the process is about to stop. */
  public boolean hasBegun() {
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
      TimeUnit.NANOSECONDS.sleep(drain.toNanos());
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
