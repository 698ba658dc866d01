package dev.annals.platform.axon;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Up to which position the order of events is final. A position is drawn before its transaction
 * commits, so a lower one may appear after a higher one, and some never do. But whoever writes
 * events holds a lock on their table from before the position is drawn until after the commit can
 * be seen: once those who held one are gone, nothing can appear any more at or before the last
 * position that was drawn before they were looked for.
 */
@Component
public class HighWaterMark {

  private static final int LOOK_AGAIN_MILLIS = 20;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final JdbcClient jdbc;
  private volatile long passed;
  private @Nullable Writers waitedFor;
  private long looked = System.nanoTime() - LOOK_NANOS;

  HighWaterMark(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Those who wrote at some moment, and the last position that was drawn before it. */
  private final class Writers {

    private final long last =
        jdbc.sql(
                """
                select case when is_called then last_value else 0 end
                from events.domain_event_entry_global_index_seq
                """)
            .query(Long.class)
            .single();

    private final List<String> transactions = transactions();

    boolean areGone() {
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
   * Waits for those who write at this moment, however long they take; it holds up nobody.
   *
   * @return the position, 0 if there was no event yet
   */
  public long await() {
    return await(Duration.ofDays(1));
  }

  /**
   * Waits for those who write at this moment; it holds up nobody.
   *
   * @return the position, 0 if there was no event yet
   * @throws QueryTimeoutException if one of them takes longer than that
   */
  public long await(Duration patience) {
    Writers writers = new Writers();
    long begin = System.nanoTime();
    while (!writers.areGone()) {
      if (System.nanoTime() - begin > patience.toNanos()) {
        throw new QueryTimeoutException(
            "A transaction that writes events does not come to its end");
      }
      pause();
    }
    return writers.last;
  }

  /** The position, as far as {@link #look} has found out. */
  long passed() {
    return passed;
  }

  /**
   * Finds out more, without waiting and at most once a second. A query that begins after it returns
   * finds all that there will ever be up to the position.
   */
  synchronized long look() {
    long now = System.nanoTime();
    if (now - looked >= LOOK_NANOS) {
      looked = now;
      if (waitedFor == null) {
        waitedFor = new Writers();
      }
      if (waitedFor.areGone()) {
        passed = Math.max(passed, waitedFor.last);
        waitedFor = null;
      }
    }
    return passed;
  }

  /** Forgets what it found out: the event store may have been restored to an earlier state. */
  synchronized void forget() {
    passed = 0;
    waitedFor = null;
  }

  /** The positions between two, both included, at which there is no event so far. */
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
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for those who write events", e);
    }
  }
}
