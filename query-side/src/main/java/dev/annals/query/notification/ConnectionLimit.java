package dev.annals.query.notification;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Permits;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Bounds how many connections follow one user's notifications at a time in this process, whatever
 * they speak: 20.
 */
@Component
public final class ConnectionLimit {

  private static final int MAX_CONNECTIONS_PER_USER = 20;

  private final Permits<UUID> permits = new Permits<>(MAX_CONNECTIONS_PER_USER);

  /**
   * Takes a permit for one more connection, which gives it back when it is gone.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user has 20
   */
  public Permits.Permit take(UUID user) {
    return permits.take(user);
  }
}
