package dev.annals.push;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.security.LiveSessions;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.http.web.Permits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/**
 * The connections of all clients in this process. Checks their time limits and sessions, and ends
 * them when the program stops.
 */
final class Connections implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(Connections.class);

  private static final Duration TICK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(2);

  /** A client may receive messages for this long after its session was revoked. */
  private static final Duration REVOCATION_CHECK_INTERVAL = Duration.ofMillis(250);

  /** The most connections of one user in this process, of all kinds. */
  private static final int MAX_PER_USER = 20;

  private final Permits<UUID> permits =
      new Permits<>(
          MAX_PER_USER,
          detail ->
              new Refusal(
                  Problem.TOO_MANY_CONNECTIONS,
                  detail,
                  Map.of("violated-policies", List.of("connections"))));
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final LiveSessions sessions;
  private final Runnable ticking;
  private final Runnable revoking;
  private volatile boolean running;
  private volatile boolean stopping;

  Connections(LiveSessions sessions, PeriodicTasks tasks) {
    this.sessions = sessions;
    BooleanSupplier connected = () -> !open.isEmpty();
    ticking = tasks.runWhile(connected, TICK_INTERVAL, () -> open.forEach(Connection::tick));
    revoking = tasks.runWhile(connected, REVOCATION_CHECK_INTERVAL, this::endRevoked);
  }

  Permits<UUID> permits() {
    return permits;
  }

  void add(Connection connection) {
    open.add(connection);
    if (stopping) {
      CompletableFuture<Void> unused = connection.shutDown();
    }
    ticking.run();
    revoking.run();
  }

  /** Removes a connection that either side has closed. */
  void remove(Connection connection) {
    open.remove(connection);
    connection.onClosed();
  }

  private void endRevoked() {
    List<Connection> known = open.stream().filter(it -> it.sessionId().isPresent()).toList();
    if (known.isEmpty()) {
      return;
    }
    try {
      Set<UUID> live =
          sessions.findLive(
              known.stream().map(it -> it.sessionId().orElseThrow()).collect(Collectors.toSet()));
      known.stream()
          .filter(it -> !live.contains(it.sessionId().orElseThrow()))
          .forEach(Connection::revoke);
    } catch (DataAccessException away) {
      log.debug("Sessions cannot be looked up, so all connections stay open", away);
    }
  }

  /** Stops with the graceful shutdown of the web server, which waits for the end of streams. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
  }

  @Override
  public void start() {
    stopping = false;
    running = true;
  }

  /** Ends every connection, also later ones. Those of clients that do not read end by a tick. */
  @Override
  public void stop(Runnable done) {
    stopping = true;
    running = false;
    CompletableFuture<?> unused =
        CompletableFuture.allOf(
                open.stream().map(Connection::shutDown).toArray(CompletableFuture<?>[]::new))
            .completeOnTimeout(null, GOODBYE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .thenRun(done);
  }

  @Override
  public void stop() {
    stop(() -> {});
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
