package dev.annals.files;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Records where the store has bytes. When the last holder releases some, a job deletes them. The
 * store may be slow, so bytes that are claimed again in the meantime get a new place: no
 * transaction waits for the store, and a late deletion cannot hit them.
 */
record StoredObjects(
    JdbcClient jdbc,
    TransactionTemplate transaction,
    // Lazy: the cleanup, one of its jobs, needs this bean.
    @StoreJobs ObjectProvider<Scheduler> jobs,
    Clock clock) {

  /** Releases the bytes of a SHA-256. Earlier versions schedule this job. */
  static final TaskDescriptor<String> RELEASE =
      TaskDescriptor.of("attachment-removal", String.class);

  /** Deletes the object with a key. Instances are named by the owner of the bytes. */
  static final TaskDescriptor<String> REMOVAL = TaskDescriptor.of("store-removal", String.class);

  private static final UUID NOBODY = new UUID(0, 0);

  /** Keeps bytes from being deleted, as part of the current transaction that adds a holder. */
  void claim(String sha256) {
    // The update locks the row, so it waits for a transaction that releases these bytes.
    jdbc.sql(
            """
            insert into attachment.object (sha256) values (?)
            on conflict (sha256) do update set released_at = null
            """)
        .param(sha256)
        .update();
  }

  /** Returns the key of bytes that have a holder. */
  String keyOf(String sha256) {
    return jdbc.sql("select place from attachment.object where sha256 = ?")
        .param(sha256)
        .query((row, number) -> ObjectStore.object(sha256, row.getObject("place", UUID.class)))
        .optional()
        .orElseGet(() -> ObjectStore.object(sha256));
  }

  /** Returns true if all released bytes of a user are deleted. */
  boolean areRemoved(UUID owner) {
    return !jdbc.sql(
            """
            select exists (
              select from attachment.jobs where task_name = ? and starts_with(task_instance, ?))
            """)
        .params(REMOVAL.getTaskName(), owner + "/")
        .query(Boolean.class)
        .single();
  }

  /** Releases all bytes without a holder. */
  void releaseAll() {
    jdbc.sql(
            """
            select sha256 from attachment.object where released_at is null
            and not exists (select from attachment.file where file.sha256 = object.sha256)
            """)
        .query(String.class)
        .list()
        .forEach(this::release);
  }

  /** Releases bytes unless they have a holder. */
  void release(String sha256) {
    transaction.executeWithoutResult(status -> release(NOBODY, sha256));
  }

  /** Releases the bytes in the first place, unless they have a row. */
  void releaseUnknown(String sha256) {
    // Insert a row first: a release locks it.
    int adopted =
        jdbc.sql("insert into attachment.object (sha256) values (?) on conflict do nothing")
            .param(sha256)
            .update();
    if (adopted == 1) {
      release(sha256);
    }
  }

  /** Returns true if this is the current place of the bytes. */
  boolean isPlace(String sha256, String place) {
    return jdbc.sql(
            "select exists (select from attachment.object where sha256 = ? and place::text = ?)")
        .params(sha256, place)
        .query(Boolean.class)
        .single();
  }

  /**
   * Deletes the rows of bytes that were released before an instant and not claimed since. While
   * bytes in the first place wait to be deleted, their row stays, so that the first place does not
   * become the next one.
   */
  void forgetReleased(Instant before) {
    jdbc.sql(
            """
            delete from attachment.object where released_at < ?
            and not exists (select from attachment.file where file.sha256 = object.sha256)
            and not exists (
              select from attachment.jobs
              where task_name = ?
              and task_data = convert_to('"objects/' || object.sha256 || '"', 'UTF8'))
            """)
        .params(before.atOffset(ZoneOffset.UTC), REMOVAL.getTaskName())
        .update();
  }

  /**
   * Moves bytes that have a holder back to the first place. A program of the previous version knows
   * no other place, and may have claimed them since they were released. Idempotent.
   *
   * @return whether the bytes stay in the first place
   */
  boolean keepInFirstPlace(String sha256) {
    return jdbc.sql(
                """
                update attachment.object set place = null, released_at = null
                where sha256 = ? and (place is null or released_at is not null)
                and exists (select from attachment.file where file.sha256 = object.sha256)
                """)
            .param(sha256)
            .update()
        == 1;
  }

  /**
   * Releases bytes unless they have a holder, as part of the current transaction.
   *
   * @param owner the previous holder
   */
  void release(UUID owner, String sha256) {
    // A concurrent claim waits for this lock, and stores the bytes in the new place.
    Optional<Removal> removal =
        jdbc.sql(
                """
                select place, greatest(?, case when place is null then removable_from end) as due
                from attachment.object cross join attachment.first_place
                where sha256 = ? and released_at is null for update of object
                """)
            .params(OffsetDateTime.now(clock), sha256)
            .query(
                (row, number) ->
                    new Removal(
                        ObjectStore.object(sha256, row.getObject("place", UUID.class)),
                        row.getObject("due", OffsetDateTime.class).toInstant()))
            .optional();
    if (removal.isPresent() && !isHeld(sha256)) {
      jdbc.sql(
              """
              update attachment.object set place = gen_random_uuid(), released_at = ?
              where sha256 = ?
              """)
          .params(OffsetDateTime.now(clock), sha256)
          .update();
      remove(owner, removal.get().key(), removal.get().due());
    }
  }

  private record Removal(String key, Instant due) {}

  // Not in the locking statement, whose snapshot is from before it waited.
  private boolean isHeld(String sha256) {
    return jdbc.sql("select exists (select from attachment.file where sha256 = ?)")
        .param(sha256)
        .query(Boolean.class)
        .single();
  }

  /** Schedules the deletion of an object. */
  void removeSoon(UUID owner, String key) {
    remove(owner, key, clock.instant());
  }

  private void remove(UUID owner, String key, Instant due) {
    jobs.getObject()
        .schedule(REMOVAL.instance(owner + "/" + UUID.randomUUID()).data(key).build(), due);
  }
}
