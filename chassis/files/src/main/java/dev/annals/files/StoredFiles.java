package dev.annals.files;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.storage.SubjectKeys;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Records which files hold bytes. A claim precedes the bytes and expires unless attached. */
public record StoredFiles(
    JdbcClient jdbc,
    TransactionTemplate transaction,
    StoredObjects objects,
    // Lazy: the cleanup, one of its jobs, needs this bean.
    @StoreJobs ObjectProvider<Scheduler> jobs,
    SubjectKeys keys,
    FileProperties properties,
    Clock clock) {

  /** Ends an announced upload, named by its id, and deletes the bytes sent for it. */
  static final TaskDescriptor<Void> UPLOAD_END = TaskDescriptor.of("upload-end");

  private static final Duration CLAIM_LIFETIME = Duration.ofHours(1);

  // Bounds how many small files a client can announce.
  private static final int MIN_ANNOUNCED_SIZE = 1 << 20;
  private static final int PAGE = 100;

  /**
   * Claims bytes for an hour. Until the claim is released they are kept and count against the
   * user's quota.
   *
   * @return the claim
   * @throws Refusal {@code storage-quota-exceeded} with the remaining bytes, {@code not-found} if
   *     the user was erased
   */
  UUID claim(UUID ownerId, String sha256, long size) {
    UUID claim = UUID.randomUUID();
    OffsetDateTime end = OffsetDateTime.now(clock).plus(CLAIM_LIFETIME);
    transaction.executeWithoutResult(status -> insert(claim, ownerId, sha256, size, end));
    return claim;
  }

  /**
   * Claims the bytes of an announced upload and records the upload. The claim lasts for an hour, or
   * until the URL expires if that is later. While incomplete, an upload counts as at least 1 MiB.
   *
   * @throws Refusal {@code storage-quota-exceeded} with the remaining bytes
   */
  void claim(Upload upload) {
    Duration url = properties.linkLifetime();
    OffsetDateTime end =
        OffsetDateTime.now(clock).plus(url.compareTo(CLAIM_LIFETIME) > 0 ? url : CLAIM_LIFETIME);
    transaction.executeWithoutResult(
        status -> {
          insert(upload.id(), upload.ownerId(), upload.sha256(), upload.size(), end);
          jdbc.sql(
                  """
                  insert into attachment.upload (id, task_id, content_type, sealed_name)
                  values (?, ?, ?, ?)
                  """)
              .params(upload.id(), upload.holderId(), upload.contentType(), sealed(upload))
              .update();
          jobs.getObject()
              .schedule(UPLOAD_END.instance(upload.id().toString()).build(), end.toInstant());
        });
  }

  /** Returns an announced upload that is not attached yet, while its claim lasts. */
  public Optional<Upload> upload(UUID id) {
    return jdbc.sql(
            """
            select * from attachment.upload join attachment.file using (id)
            where id = ? and attachment_id is null and expires_at > ?
            """)
        .params(id, OffsetDateTime.now(clock))
        .query(
            (row, number) -> {
              UUID ownerId = row.getObject("owner_id", UUID.class);
              return new Upload(
                  id,
                  ownerId,
                  row.getObject("task_id", UUID.class),
                  opened(id, ownerId, row.getBytes("sealed_name")),
                  row.getString("content_type"),
                  row.getLong("size"),
                  row.getString("sha256"));
            })
        .optional();
  }

  public Optional<UUID> ownerOf(UUID fileId) {
    return jdbc.sql("select owner_id from attachment.file where attachment_id = ?")
        .param(fileId)
        .query(UUID.class)
        .optional();
  }

  /**
   * Makes a claim permanent, as part of the current transaction. The bytes that were sent to an
   * upload's URL are deleted after it.
   *
   * @throws Refusal {@code not-found} if the claim is over
   */
  public void attach(UUID claim, UUID fileId) {
    Attached attached =
        jdbc.sql(
                """
                update attachment.file set attachment_id = ? where id = ? and attachment_id is null
                returning owner_id, exists (select from attachment.upload where id = file.id)
                """)
            .params(fileId, claim)
            .query((row, number) -> new Attached(row.getObject(1, UUID.class), row.getBoolean(2)))
            .optional()
            .orElseThrow(Refusal::notFound);
    if (attached.announced()) {
      objects.removeSoon(attached.owner(), ObjectStore.upload(claim));
    }
  }

  private record Attached(UUID owner, boolean announced) {}

  /** Releases a file's bytes, as part of the current transaction. */
  public void detach(UUID fileId) {
    delete("attachment_id = ?", fileId);
  }

  /**
   * Releases a claim unless the file is attached.
   *
   * @return whether there was such a claim
   */
  public boolean releaseClaim(UUID claim) {
    return Boolean.TRUE.equals(
        transaction.execute(status -> delete("id = ? and attachment_id is null", claim)));
  }

  /** Releases all claims made before an instant, unless the files are attached. */
  void releaseClaims(Instant before) {
    jdbc.sql("select id from attachment.file where attachment_id is null and created_at < ?")
        .param(before.atOffset(ZoneOffset.UTC))
        .query(UUID.class)
        .list()
        .forEach(this::releaseClaim);
  }

  /**
   * Releases all bytes of a user, attached or not. If it fails midway, the releases so far stay.
   *
   * @return whether the store has deleted all bytes without another holder; until then call it
   *     again
   */
  public boolean removeAllOf(UUID ownerId) {
    List<UUID> claims;
    do {
      claims =
          jdbc.sql("select id from attachment.file where owner_id = ? limit ?")
              .params(ownerId, PAGE)
              .query(UUID.class)
              .list();
      claims.forEach(claim -> transaction.executeWithoutResult(status -> delete("id = ?", claim)));
    } while (claims.size() == PAGE);
    return objects.areRemoved(ownerId);
  }

  private boolean delete(String which, UUID id) {
    List<Deleted> deleted =
        jdbc.sql(
                """
                delete from attachment.file where %s
                returning id as claim, owner_id as owner, sha256, attachment_id is null
                  and exists (select from attachment.upload where upload.id = file.id) as announced
                """
                    .formatted(which))
            .param(id)
            .query(Deleted.class)
            .list();
    for (Deleted it : deleted) {
      if (it.announced()) {
        objects.removeSoon(it.owner(), ObjectStore.upload(it.claim()));
      }
      objects.release(it.owner(), it.sha256());
    }
    return !deleted.isEmpty();
  }

  private record Deleted(UUID claim, UUID owner, String sha256, boolean announced) {}

  private void insert(UUID claim, UUID ownerId, String sha256, long size, OffsetDateTime end) {
    // An erasure waits for this lock and then removes the claim; after an erasure there is no key.
    if (keys.lock(ownerId).isEmpty()) {
      throw Refusal.notFound();
    }
    // Concurrent claims of a user wait here, so that together they stay within the quota.
    jdbc.sql("select pg_advisory_xact_lock(hashtextextended('attachment.quota/' || ?, 0))")
        .param(ownerId.toString())
        .query((row, number) -> "")
        .single();
    long used =
        jdbc.sql(
                """
                select coalesce(sum(
                  case when attachment_id is null and upload.id is not null
                    then greatest(size, ?) else size end), 0)
                from attachment.file left join attachment.upload on upload.id = file.id
                where owner_id = ?
                """)
            .params(MIN_ANNOUNCED_SIZE, ownerId)
            .query(Long.class)
            .single();
    long left = Math.max(0, properties.quota().toBytes() - used);
    if (size > left) {
      throw new Refusal(
          Problem.STORAGE_QUOTA_EXCEEDED,
          "Only " + left + " bytes of the quota are left.",
          Map.of("remaining", left));
    }
    objects.claim(sha256);
    jdbc.sql(
            """
            insert into attachment.file (id, owner_id, sha256, size, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(claim, ownerId, sha256, size, OffsetDateTime.now(clock), end)
        .update();
  }

  private byte[] sealed(Upload upload) {
    try {
      return keys.find(upload.ownerId())
          .orElseThrow(Refusal::notFound)
          .encrypt(upload.fileName().getBytes(StandardCharsets.UTF_8), place(upload.id()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A file name cannot be encrypted", e);
    }
  }

  private String opened(UUID id, UUID ownerId, byte[] sealedName) {
    try {
      return new String(
          keys.find(ownerId).orElseThrow(Refusal::notFound).decrypt(sealedName, place(id)),
          StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A file name cannot be decrypted", e);
    }
  }

  private static byte[] place(UUID upload) {
    return ("upload/" + upload).getBytes(StandardCharsets.US_ASCII);
  }
}
