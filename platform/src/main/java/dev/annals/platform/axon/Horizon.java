package dev.annals.platform.axon;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
public class Horizon {

  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final int LOOK_AGAIN_MILLIS = 20;

  private final JdbcClient jdbc;

  Horizon(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Waits for those who write at this moment; it holds up nobody.
   *
   * @return the position, 0 if there was no event yet
   * @throws QueryTimeoutException if somebody writes for longer than a statement may take
   */
  public long await() {
    long last =
        jdbc.sql(
                """
                select case when is_called then last_value else 0 end
                from events.domain_event_entry_global_index_seq
                """)
            .query(Long.class)
            .single();
    List<String> writers = writers();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!writers.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "A transaction that writes events does not come to its end");
      }
      pause();
      writers.retainAll(writers());
    }
    return last;
  }

  private List<String> writers() {
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

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for those who write events", e);
    }
  }
}
