package dev.annals.eventstore.axon;

import dev.annals.eventstore.crypto.StoredSubjectKeys;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.axonframework.common.Registration;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Signals commits of events to listeners in this process and, by {@code NOTIFY}, in all processes
 * on the same database. It is a hint: a signal may be late, doubled or lost, so listeners must also
 * poll. Commits less than ten milliseconds apart share a signal, so that batches grow with the
 * load.
 *
 * <p>The {@code NOTIFY} is a separate transaction after the commit, one for all commits since the
 * last. Within the appending transaction it would lock the whole database until the commit.
 *
 * <p>The same connection receives notifications of destroyed keys. These keys, and caches that may
 * hold data decrypted with them, are cleared at once.
 */
public final class CommitSignal implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(CommitSignal.class);
  private static final String CHANNEL = "annals_events";
  private static final int MIN_INTERVAL_MILLIS = 10;
  private static final int POLL_MILLIS = 5_000;
  private static final int POLLS_BETWEEN_CHECKS = 6;
  private static final int RETRY_SECONDS = 2;

  private final DataSource dataSource;
  private final StoredSubjectKeys keys;
  private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
  private final Set<Runnable> otherListeners = new CopyOnWriteArraySet<>();
  private final Set<Runnable> keyListeners = new CopyOnWriteArraySet<>();
  private final Semaphore commits = new Semaphore(0);
  private final Semaphore pending = new Semaphore(0);
  private final AtomicLong signals = new AtomicLong();
  // The connection that notifies. Its own notifications are ignored.
  private volatile int notifierPid;
  private volatile boolean running;
  private List<Thread> threads = List.of();

  public CommitSignal(DataSource dataSource, StoredSubjectKeys keys) {
    this.dataSource = dataSource;
    this.keys = keys;
  }

  /** Registers an action that runs after commits. It must not block its thread. */
  public Registration subscribe(Runnable action) {
    listeners.add(action);
    return () -> listeners.remove(action);
  }

  /** Registers an action that runs after commits of other processes. It must not block. */
  public void subscribeToOthers(Runnable action) {
    otherListeners.add(action);
  }

  /** Registers an action for when a key was, or may have been, destroyed. It must not block. */
  void onDestroyedKey(Runnable action) {
    keyListeners.add(action);
  }

  /** Returns the number of signals so far, including the current one. */
  public long count() {
    return signals.get();
  }

  /** Signals a commit of this process. Never blocks and never fails. */
  public void committed() {
    signal();
    commits.release();
  }

  private void signal() {
    signals.incrementAndGet();
    pending.release();
  }

  private void signalOthers() {
    signal();
    otherListeners.forEach(Runnable::run);
  }

  private void wakeUntilStopped() {
    try {
      while (running) {
        next(pending);
        wake();
        TimeUnit.MILLISECONDS.sleep(MIN_INTERVAL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void next(Semaphore semaphore) throws InterruptedException {
    semaphore.acquire();
    semaphore.drainPermits();
  }

  private void wake() {
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        // The processor is stopping. This must affect neither the commit nor the other listeners.
        log.debug("A listener of commits failed", e);
      }
    }
  }

  @Override
  public synchronized void start() {
    running = true;
    threads =
        List.of(
            new Thread(this::wakeUntilStopped, "commit-signal-wake"),
            new Thread(this::notifyOthers, "commit-signal-notify"),
            new Thread(this::listen, "commit-signal-listen"));
    for (Thread thread : threads) {
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Override
  public synchronized void stop() {
    running = false;
    threads.forEach(Thread::interrupt);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void notifyOthers() {
    untilStopped(
        connection -> {
          notifierPid = connection.unwrap(PGConnection.class).getBackendPID();
          try (Statement notify = connection.createStatement()) {
            while (running) {
              next(commits);
              notify.execute("notify " + CHANNEL);
              TimeUnit.MILLISECONDS.sleep(MIN_INTERVAL_MILLIS);
            }
          }
        });
  }

  private void listen() {
    untilStopped(
        connection -> {
          try (Statement listen = connection.createStatement()) {
            listen.execute("listen " + CHANNEL);
            listen.execute("listen " + StoredSubjectKeys.DESTROYED_CHANNEL);
          }
          // Notifications from before the connection are lost.
          keys.evictAll();
          keyListeners.forEach(Runnable::run);
          signalOthers();
          PGConnection postgres = connection.unwrap(PGConnection.class);
          for (int polls = 1; running; polls++) {
            PGNotification[] received = postgres.getNotifications(POLL_MILLIS);
            boolean others = false;
            for (PGNotification notification : received) {
              if (notification.getName().equals(StoredSubjectKeys.DESTROYED_CHANNEL)) {
                keys.evict(UUID.fromString(notification.getParameter()));
                keyListeners.forEach(Runnable::run);
              } else {
                others |= notification.getPID() != notifierPid;
              }
            }
            if (others) {
              signalOthers();
            }
            // A dead connection is as silent as an idle one.
            if (polls % POLLS_BETWEEN_CHECKS == 0 && !connection.isValid(RETRY_SECONDS)) {
              throw new SQLException("The connection is broken");
            }
          }
        });
  }

  private interface Work {
    void on(Connection connection) throws SQLException, InterruptedException;
  }

  // Each thread keeps one pooled connection and replaces it when it is broken.
  private void untilStopped(Work work) {
    try {
      while (running) {
        try (Connection connection = dataSource.getConnection()) {
          work.on(connection);
        } catch (SQLException | RuntimeException e) {
          log.debug("Commits are not signalled between processes for now", e);
          TimeUnit.SECONDS.sleep(RETRY_SECONDS);
        }
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
