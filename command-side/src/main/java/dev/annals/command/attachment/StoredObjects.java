package dev.annals.command.attachment;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.command.StoreJobs;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where the store has which bytes. When the last holder lets go of some, a job removes them. It is
 * slow where the store is, so bytes that are claimed again meanwhile are kept in a place that had
 * none before: no transaction waits for the store, and no removal that comes late meets them.
 */
@Component
class StoredObjects {

  /** Releases the bytes of a SHA-256. Earlier versions schedule this job. */
  static final TaskDescriptor<String> RELEASE =
      TaskDescriptor.of("attachment-removal", String.class);

  /** Removes what the store has by that key. Its instances are named by who had it. */
  static final TaskDescriptor<String> REMOVAL = TaskDescriptor.of("store-removal", String.class);

  private static final UUID NOBODY = new UUID(0, 0);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  // What removes them is one of its jobs.
  private final ObjectProvider<Scheduler> jobs;
  private final Clock clock;

  StoredObjects(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      @StoreJobs ObjectProvider<Scheduler> jobs,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.jobs = jobs;
    this.clock = clock;
  }

  /** Keeps bytes from being removed, as part of the current transaction that adds a holder. */
  void claim(String sha256) {
    // The update takes the row's lock: a transaction that releases these bytes ends first.
    jdbc.sql(
            """
            insert into attachment.object (sha256) values (?)
            on conflict (sha256) do update set released_at = null
            """)
        .param(sha256)
        .update();
  }

  /** The key by which the store has the bytes that somebody holds. */
  String keyOf(String sha256) {
    return jdbc.sql("select place from attachment.object where sha256 = ?")
        .param(sha256)
        .query((row, number) -> ObjectStore.object(sha256, row.getObject("place", UUID.class)))
        .optional()
        .orElseGet(() -> ObjectStore.object(sha256));
  }

  /** Returns whether all released bytes of a user are removed. */
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

  /** Lets go of bytes that nobody holds. */
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

  /** Lets go of the bytes of that SHA-256 unless somebody holds them. */
  void release(String sha256) {
    transaction.executeWithoutResult(status -> release(NOBODY, sha256));
  }

  /** Lets go of bytes that are where bytes are at first, unless they are known. */
  void releaseUnknown(String sha256) {
    // The row comes first, so that there is something to lock.
    int adopted =
        jdbc.sql("insert into attachment.object (sha256) values (?) on conflict do nothing")
            .param(sha256)
            .update();
    if (adopted == 1) {
      release(sha256);
    }
  }

  /** Whether bytes are, or will be, in that place. */
  boolean knows(String sha256, String place) {
    return jdbc.sql(
            "select exists (select from attachment.object where sha256 = ? and place::text = ?)")
        .params(sha256, place)
        .query(Boolean.class)
        .single();
  }

  /**
   * Forgets the places of bytes that were let go of before that, and have not been claimed. While
   * bytes wait to be removed from the first place, it must not become the next one.
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
        .params(OffsetDateTime.ofInstant(before, ZoneOffset.UTC), REMOVAL.getTaskName())
        .update();
  }

  /**
   * Leaves bytes in the first place if they are held there. A program of the version before knows
   * no other place, and may have claimed them since they were released. This can be repeated.
   *
   * @return whether they stay
   */
  boolean stays(String sha256) {
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
   * Lets go of the bytes of that SHA-256 unless somebody holds them, as part of the current
   * transaction.
   *
   * @param owner who held them
   */
  void release(UUID owner, String sha256) {
    // Who claims them meanwhile waits for this lock, and stores them anew.
    Optional<Removal> removal =
        jdbc.sql(
                """
                select place, greatest(?, case when place is null then removable_from end) as due
                from attachment.object cross join attachment.first_place
                where sha256 = ? and released_at is null for update of object
                """)
            .params(now(), sha256)
            .query(
                (row, number) ->
                    new Removal(
                        ObjectStore.object(sha256, row.getObject("place", UUID.class)),
                        row.getObject("due", OffsetDateTime.class).toInstant()))
            .optional();
    if (removal.isPresent() && !held(sha256)) {
      jdbc.sql(
              """
              update attachment.object set place = gen_random_uuid(), released_at = ?
              where sha256 = ?
              """)
          .params(now(), sha256)
          .update();
      remove(owner, removal.get());
    }
  }

  private record Removal(String key, Instant due) {}

  // Not in the statement that locks: it would see what was there before it waited.
  private boolean held(String sha256) {
    return jdbc.sql("select exists (select from attachment.file where sha256 = ?)")
        .param(sha256)
        .query(Boolean.class)
        .single();
  }

  /** Has the store remove what it has by that key. */
  void removeSoon(UUID owner, String key) {
    remove(owner, new Removal(key, clock.instant()));
  }

  private void remove(UUID owner, Removal removal) {
    jobs.getObject()
        .schedule(
            REMOVAL.instance(owner + "/" + UUID.randomUUID()).data(removal.key()).build(),
            removal.due());
  }

  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
