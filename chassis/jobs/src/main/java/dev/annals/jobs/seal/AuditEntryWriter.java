package dev.annals.jobs.seal;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Enters events into {@code events.audit_entry} in the order of their positions, in batches, each a
 * transaction. It begins after the last entry, so it also enters the events from before the table
 * existed, and resumes after a crash.
 */
record AuditEntryWriter(TransactionTemplate transactions, JdbcClient jdbc) {

  private static final int BATCH = 1_000;
  private static final int BATCHES = 100;
  private static final Logger log = LoggerFactory.getLogger(AuditEntryWriter.class);

  /**
   * Enters up to 100 000 events.
   *
   * @param last the position of the last event to enter; no event may appear later before it
   * @return whether there are more up to that position
   */
  boolean enter(long last) {
    for (int batch = 0; batch < BATCHES; batch++) {
      if (enterBatch(last) < BATCH) {
        return false;
      }
    }
    log.info(
        "The audit log has entries of the events up to position {} of {}",
        jdbc.sql("select max(global_index) from events.audit_entry").query(Long.class).single(),
        last);
    return true;
  }

  /** Returns the number of entered events. */
  int enterBatch(long last) {
    Integer entered =
        transactions.execute(
            status -> {
              // A stalled instance may resume while another one runs the same schedule.
              jdbc.sql("select pg_advisory_xact_lock(hashtext('events.audit_entry'))")
                  .query(row -> {});
              return jdbc.sql(
                      """
                      insert into events.audit_entry
                        (global_index, type, name, actor, correlation_id, time_stamp)
                      select global_index, type, name, actor, correlation_id, time_stamp
                      from events.audited_event
                      where global_index > (select coalesce(max(global_index), 0) from events.audit_entry)
                        and global_index <= ?
                      order by global_index limit ?
                      """)
                  .params(last, BATCH)
                  .update();
            });
    return entered == null ? 0 : entered;
  }

  /**
   * Drops the indexes of the event table that the entries replace, once no program from before them
   * may run. All earlier events must have entries. It is not a migration, which would not wait for
   * the entries. It needs no lock: PostgreSQL drops one index of a table at a time, and an
   * interrupted drop is repeated.
   */
  void dropFormerIndexes() {
    List<String> names =
        jdbc.sql("select name from events.former_index where droppable_from <= now()")
            .query(String.class)
            .list();
    try {
      for (String name : names) {
        // Waits for transactions that use the table, but blocks none. Not in a transaction.
        jdbc.sql("drop index concurrently if exists events." + name).update();
        jdbc.sql("delete from events.former_index where name = ?").param(name).update();
        log.info("The audit log has entries of all events: dropped the index {}", name);
      }
    } catch (QueryTimeoutException inUse) {
      log.info(
          "A transaction uses the event table, perhaps a backup: its indexes are dropped later");
    }
  }
}
