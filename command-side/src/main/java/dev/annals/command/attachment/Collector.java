package dev.annals.command.attachment;

import dev.annals.command.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Removes bytes that nobody holds: at once by a job, and what that missed a day later; and all of
 * somebody.
 */
@Component
class Collector implements Schedule {

  private static final Duration LEFT_ALONE = Duration.ofDays(1);
  private static final int PAGE = 100;
  private static final String OBJECT = ObjectStore.object("");

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final ObjectStore store;
  private final Spool spool;
  private final Clock clock;

  Collector(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      ObjectStore store,
      Spool spool,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.store = store;
    this.spool = spool;
    this.clock = clock;
  }

  /** Removes the bytes of that SHA-256 unless somebody holds them. */
  void collect(String sha256) {
    transaction.executeWithoutResult(
        status -> {
          // Whoever claims them meanwhile waits for this lock, and stores them anew. Without a row
          // there is none to wait for; then they are gone already.
          boolean locked =
              jdbc.sql("select sha256 from attachment.object where sha256 = ? for update")
                  .param(sha256)
                  .query(String.class)
                  .optional()
                  .isPresent();
          if (locked && !held(sha256)) {
            store.delete(ObjectStore.object(sha256));
            jdbc.sql("delete from attachment.object where sha256 = ?").param(sha256).update();
          }
        });
  }

  /** Removes all claims of somebody, each with its bytes, unless others hold them, too. */
  void removeAllOf(UUID ownerId) {
    List<UUID> claims;
    do {
      claims =
          jdbc.sql("select id from attachment.file where owner_id = ? limit ?")
              .params(ownerId, PAGE)
              .query(UUID.class)
              .list();
      claims.forEach(this::remove);
    } while (claims.size() == PAGE);
  }

  private void remove(UUID claim) {
    store.delete(ObjectStore.upload(claim));
    transaction.executeWithoutResult(
        status ->
            jdbc.sql("delete from attachment.file where id = ? returning sha256")
                .param(claim)
                .query(String.class)
                .optional()
                .ifPresent(this::collect));
  }

  // Not in the statement that locks: it would see what was there before it waited.
  private boolean held(String sha256) {
    return jdbc.sql("select exists (select from attachment.file where sha256 = ?)")
        .param(sha256)
        .query(Boolean.class)
        .single();
  }

  @Override
  public String name() {
    return "storage-sweep";
  }

  @Override
  public void run(Occasion occasion) {
    Instant before = clock.instant().minus(LEFT_ALONE);
    spool.sweep(before);
    for (UUID claim : endedClaims(before)) {
      store.delete(ObjectStore.upload(claim));
    }
    for (String sha256 : withoutHolder()) {
      collect(sha256);
    }
    store.list(
        page -> page.stream().filter(it -> it.since().isBefore(before)).forEach(this::sweep));
  }

  private List<UUID> endedClaims(Instant before) {
    return jdbc.sql(
            """
            delete from attachment.file where attachment_id is null and created_at < ?
            returning id
            """)
        .param(OffsetDateTime.ofInstant(before, ZoneOffset.UTC))
        .query(UUID.class)
        .list();
  }

  private List<String> withoutHolder() {
    return jdbc.sql(
            """
            select sha256 from attachment.object
            where not exists (select from attachment.file where file.sha256 = object.sha256)
            """)
        .query(String.class)
        .list();
  }

  /**
   * Removes what is old and has no row; the row comes first, so that there is something to lock.
   */
  private void sweep(ObjectStore.Stored stored) {
    if (!stored.key().startsWith(OBJECT)) {
      store.delete(stored.key());
      return;
    }
    String sha256 = stored.key().substring(OBJECT.length());
    int adopted =
        jdbc.sql("insert into attachment.object (sha256) values (?) on conflict do nothing")
            .param(sha256)
            .update();
    if (adopted == 1) {
      collect(sha256);
    }
  }
}
