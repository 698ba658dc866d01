package dev.annals.platform.axon;

import dev.annals.platform.crypto.StoredSubjectKeys;
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
import org.springframework.stereotype.Component;

/**
 * Tells that events were committed, in this process and, by {@code NOTIFY}, in every other one on
 * the same database. A hint and no more: it may come late, twice or never, so whoever listens must
 * also look by themselves now and then. What comes alone is told at once; of what comes more often
 * than every ten milliseconds, several are told as one, so that batches grow with the load.
 *
 * <p>The {@code NOTIFY} is a transaction of its own after the commit, one for all commits that came
 * while the last was sent: within the appending transaction it would take a lock that is held for
 * the whole database until the commit.
 *
 * <p>On the same connection it hears of keys that were destroyed, which are forgotten at once, with
 * all that may have been read by them.
 */
@Component
public final class CommitSignal implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(CommitSignal.class);
  private static final String CHANNEL = "annals_events";
  private static final int PACE_MILLIS = 10;
  private static final int POLL_MILLIS = 1_000;
  private static final int POLLS_BETWEEN_CHECKS = 30;
  private static final int PAUSE_SECONDS = 2;

  private final DataSource dataSource;
  private final StoredSubjectKeys keys;
  private final Set<Runnable> listeners = new CopyOnWriteArraySet<>();
  private final Set<Runnable> destructions = new CopyOnWriteArraySet<>();
  private final Semaphore commits = new Semaphore(0);
  private final Semaphore news = new Semaphore(0);
  private final AtomicLong signals = new AtomicLong();
  // Of the connection that tells: what it told is known here.
  private volatile int tellerPid;
  private volatile boolean running;
  private List<Thread> threads = List.of();

  CommitSignal(DataSource dataSource, StoredSubjectKeys keys) {
    this.dataSource = dataSource;
    this.keys = keys;
  }

  /** Has the action run after commits, on a thread that it must not hold up. */
  public Registration subscribe(Runnable action) {
    listeners.add(action);
    return () -> listeners.remove(action);
  }

  /** Has the action run when a key was destroyed, or may have been, on a thread as above. */
  void onDestroyedKey(Runnable action) {
    destructions.add(action);
  }

  /** How many signals there have been. One that is being acted upon has been counted. */
  long count() {
    return signals.get();
  }

  /** Says that events were committed by this process. Never blocks, never fails. */
  void committed() {
    signal();
    commits.release();
  }

  private void signal() {
    signals.incrementAndGet();
    news.release();
  }

  private void wakeUntilStopped() {
    try {
      while (running) {
        next(news);
        wake();
        TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
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
        // A processor that is being stopped; the commit and the other listeners have no part in it.
        log.debug("A listener could not be told of a commit", e);
      }
    }
  }

  @Override
  public synchronized void start() {
    running = true;
    threads =
        List.of(
            new Thread(this::wakeUntilStopped, "commit-signal-wake"),
            new Thread(this::tell, "commit-signal-tell"),
            new Thread(this::hear, "commit-signal-hear"));
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

  private void tell() {
    untilStopped(
        connection -> {
          tellerPid = connection.unwrap(PGConnection.class).getBackendPID();
          try (Statement notify = connection.createStatement()) {
            while (running) {
              next(commits);
              notify.execute("notify " + CHANNEL);
              TimeUnit.MILLISECONDS.sleep(PACE_MILLIS);
            }
          }
        });
  }

  private void hear() {
    untilStopped(
        connection -> {
          try (Statement listen = connection.createStatement()) {
            listen.execute("listen " + CHANNEL);
            listen.execute("listen " + StoredSubjectKeys.DESTROYED);
          }
          // What was said before is not heard any more.
          keys.forgetAll();
          destructions.forEach(Runnable::run);
          PGConnection postgres = connection.unwrap(PGConnection.class);
          for (int polls = 1; running; polls++) {
            PGNotification[] heard = postgres.getNotifications(POLL_MILLIS);
            boolean others = false;
            for (PGNotification notification : heard) {
              if (notification.getName().equals(StoredSubjectKeys.DESTROYED)) {
                keys.forget(UUID.fromString(notification.getParameter()));
                destructions.forEach(Runnable::run);
              } else {
                others |= notification.getPID() != tellerPid;
              }
            }
            if (others) {
              signal();
            }
            // Silence is also what is heard on a connection that has nobody at its other end.
            if (polls % POLLS_BETWEEN_CHECKS == 0 && !connection.isValid(PAUSE_SECONDS)) {
              throw new SQLException("The connection is broken");
            }
          }
        });
  }

  private interface Work {
    void on(Connection connection) throws SQLException, InterruptedException;
  }

  // Each keeps one connection of the pool for good; a broken one is given back and another taken.
  private void untilStopped(Work work) {
    while (running) {
      try (Connection connection = dataSource.getConnection()) {
        work.on(connection);
      } catch (SQLException | RuntimeException e) {
        log.debug("Other processes are not told of commits for now", e);
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
