package dev.annals.query.notification;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Permits;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Limits the connections of one user in this process, of all protocols together, to 20. */
@Component
public final class ConnectionLimit {

  private static final int MAX_CONNECTIONS_PER_USER = 20;

  private final Permits<UUID> permits = new Permits<>(MAX_CONNECTIONS_PER_USER);

  /**
   * Takes a permit for a connection, to be closed with it.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user has 20
   */
  public Permits.Permit take(UUID user) {
    return permits.take(user);
  }
}
