package dev.annals.eventstore.axon;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds the position up to which the order of events is final. A transaction draws positions before
 * it commits, so a lower position may appear after a higher one, or never. It holds a lock on the
 * table from before it draws a position until its commit is visible. So when all lock holders of a
 * moment have ended, no event appears any more at or before the last event of that moment.
 *
 * <p>A position after the last event is not final though its transaction has ended: after a
 * failover or a crash, PostgreSQL may draw it again.
 */
public class HighWaterMark {

  private static final int POLL_MILLIS = 20;
  private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JdbcClient jdbc;
  private volatile long current;
  private @Nullable Writers awaited;
  private long refreshed = System.nanoTime() - REFRESH_NANOS;

  HighWaterMark(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The transactions that wrote at a moment, and the position of the last event before it. */
  private final class Writers {

    private final long last =
        jdbc.sql("select coalesce(max(global_index), 0) from events.domain_event_entry")
            .query(Long.class)
            .single();

    private final List<String> transactions = transactions();

    boolean haveEnded() {
      if (!transactions.isEmpty()) {
        transactions.retainAll(transactions());
      }
      return transactions.isEmpty();
    }

    private List<String> transactions() {
      return jdbc.sql(
              """
              select virtualtransaction from pg_locks
              where locktype = 'relation' and mode = 'RowExclusiveLock' and granted
                and relation = 'events.domain_event_entry'::regclass
                and database = (select oid from pg_database where datname = current_database())
              """)
          .query(String.class)
          .list();
    }
  }

  /**
   * Waits until the current writers have ended. It does not block them.
   *
   * @return the position, 0 if there was no event yet
   * @throws QueryTimeoutException if a writer takes longer than the timeout
   */
  public long await(Duration timeout) {
    Writers writers = new Writers();
    long begin = System.nanoTime();
    while (!writers.haveEnded()) {
      if (System.nanoTime() - begin > timeout.toNanos()) {
        throw new QueryTimeoutException("A transaction that writes events does not end");
      }
      pause();
    }
    return writers.last;
  }

  /** Returns the position that {@link #refresh} found last. */
  long current() {
    return current;
  }

  /**
   * Updates the position at most once a second, without waiting. A query that begins afterwards
   * sees all events that will ever exist up to it.
   */
  synchronized long refresh() {
    long now = System.nanoTime();
    if (now - refreshed >= REFRESH_NANOS) {
      refreshed = now;
      if (awaited == null) {
        awaited = new Writers();
      }
      if (awaited.haveEnded()) {
        current = Math.max(current, awaited.last);
        awaited = null;
      }
    }
    return current;
  }

  /** Resets the position, for an event store that was restored to an earlier state. */
  synchronized void reset() {
    current = 0;
    awaited = null;
  }

  /** Returns the positions without an event from {@code first} to {@code last}, both inclusive. */
  Set<Long> missing(long first, long last) {
    return new TreeSet<>(
        jdbc.sql(
                """
                select position from generate_series(cast(? as bigint), cast(? as bigint)) position
                where not exists (select from events.domain_event_entry where global_index = position)
                """)
            .params(first, last)
            .query(Long.class)
            .list());
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for writers of events", e);
    }
  }
}
