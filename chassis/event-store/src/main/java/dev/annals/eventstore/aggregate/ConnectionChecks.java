package dev.annals.eventstore.aggregate;

import java.time.Duration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Lets the pool reuse a connection to PostgreSQL without a check for 5 s; by default it makes a
 * round trip after 500 ms. Hikari has only a system property for this.
 *
 * <p>If a connection breaks within that time, the first statement on it fails: nothing was changed,
 * the request is answered with 503, and the pool replaces the connection. That is how each request
 * fails that is under way at that moment. So a restart of PostgreSQL fails at most one request for
 * each connection of the pool, and only in its first seconds.
 */
final class ConnectionChecks
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  private static final String PROPERTY = "com.zaxxer.hikari.aliveBypassWindowMs";
  private static final Duration UNCHECKED = Duration.ofSeconds(5);

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    if (System.getProperty(PROPERTY) == null) {
      System.setProperty(PROPERTY, Long.toString(UNCHECKED.toMillis()));
    }
  }
}
