package dev.annals.base.start;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.SmartLifecycle;

/**
 * Delays the stop of the process, so that load balancers notice it before connections are refused:
 * {@code /readyz} answers 503, and each response closes its connection.
 */
@EnableConfigurationProperties(Draining.Properties.class)
public final class Draining implements SmartLifecycle {

  /**
   * The time between {@code SIGTERM} and the stop of a process.
   *
   * @param drain how long the process serves requests after {@code SIGTERM}, while {@code /readyz}
   *     answers 503
   */
  @ConfigurationProperties("annals")
  record Properties(@DefaultValue("0s") Duration drain) {}

  private final Duration drain;
  private volatile boolean running;
  private volatile boolean draining;

  Draining(Properties properties) {
    this.drain = properties.drain();
  }

  public boolean hasBegun() {
    return draining;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    draining = true;
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

  /** Stops before all other components. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
