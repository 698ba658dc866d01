package dev.annals.eventstore.primary;

/**
 * Looks for a primary of PostgreSQL that has replaced the one of this process. Another process may
 * know it up to three seconds earlier.
 */
@FunctionalInterface
public interface PrimarySearch {

  /**
   * Asks all servers of the URL, at most three seconds each. From then on, statements are executed
   * by the newest primary that answered; on connections to a former one they fail.
   */
  void run();
}
