package dev.annals.command.attachment;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import dev.annals.events.storage.SubjectKeys;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who holds which bytes. Bytes must be claimed before they are stored, and a claim ends by itself
 * unless the file is attached. Whoever lets go of bytes has a job look whether they can go.
 */
@Component
public class StoredFiles {

  /** Looks whether the bytes of that SHA-256 can go. */
  static final TaskDescriptor<String> REMOVAL =
      TaskDescriptor.of("attachment-removal", String.class);

  private static final Duration CLAIMED = Duration.ofHours(1);

  // So that nobody announces files without end.
  private static final int ANNOUNCED_AT_LEAST = 1 << 20;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  // The collector is one of its jobs.
  private final ObjectProvider<Scheduler> scheduler;
  private final SubjectKeys keys;
  private final AttachmentProperties properties;
  private final Clock clock;

  StoredFiles(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      ObjectProvider<Scheduler> scheduler,
      SubjectKeys keys,
      AttachmentProperties properties,
      Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.scheduler = scheduler;
    this.keys = keys;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Claims bytes for an hour. They stay where they are until then, and count as their user's.
   *
   * @return the claim
   * @throws Refusal {@code storage-quota-exceeded}, with what is left; {@code not-found} when the
   *     user was erased
   */
  UUID claim(UUID ownerId, String sha256, long size) {
    UUID claim = UUID.randomUUID();
    transaction.executeWithoutResult(status -> insert(claim, ownerId, sha256, size));
    return claim;
  }

  /**
   * Claims the bytes of an upload that a client is going to send; what is told of it is kept. Until
   * it is complete it counts as a mebibyte at least.
   *
   * @throws Refusal {@code storage-quota-exceeded}, with what is left
   */
  void claim(Upload upload) {
    transaction.executeWithoutResult(
        status -> {
          insert(upload.id(), upload.ownerId(), upload.sha256(), upload.size());
          jdbc.sql(
                  """
                  insert into attachment.upload (id, task_id, content_type, sealed_name)
                  values (?, ?, ?, ?)
                  """)
              .params(upload.id(), upload.taskId(), upload.contentType(), sealed(upload))
              .update();
        });
  }

  /** An upload that was announced and is not attached yet, while its claim lasts. */
  Optional<Upload> upload(UUID id) {
    return jdbc.sql(
            """
            select * from attachment.upload join attachment.file using (id)
            where id = ? and attachment_id is null and expires_at > ?
            """)
        .params(id, now())
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

  /** Whose attachment it is. */
  Optional<UUID> ownerOf(UUID attachmentId) {
    return jdbc.sql("select owner_id from attachment.file where attachment_id = ?")
        .param(attachmentId)
        .query(UUID.class)
        .optional();
  }

  /**
   * Makes a claim a lasting one, as part of the current transaction.
   *
   * @throws Refusal {@code not-found} if the claim is over
   */
  public void attach(UUID claim, UUID attachmentId) {
    int attached =
        jdbc.sql(
                "update attachment.file set attachment_id = ? where id = ? and attachment_id is null")
            .params(attachmentId, claim)
            .update();
    if (attached != 1) {
      throw Refusal.notFound();
    }
  }

  /** Lets go of an attachment's bytes, as part of the current transaction. */
  public void detach(UUID attachmentId) {
    removeSoon(
        jdbc.sql("delete from attachment.file where attachment_id = ? returning sha256")
            .param(attachmentId)
            .query(String.class)
            .list());
  }

  /** Gives a claim up, unless the file was attached. */
  void giveUp(UUID claim) {
    transaction.executeWithoutResult(
        status ->
            removeSoon(
                jdbc.sql(
                        """
                        delete from attachment.file where id = ? and attachment_id is null
                        returning sha256
                        """)
                    .param(claim)
                    .query(String.class)
                    .list()));
  }

  private void removeSoon(List<String> sha256s) {
    for (String sha256 : sha256s) {
      scheduler
          .getObject()
          .schedule(
              REMOVAL.instance(UUID.randomUUID().toString()).data(sha256).build(), clock.instant());
    }
  }

  private void insert(UUID claim, UUID ownerId, String sha256, long size) {
    // Whoever erases the user waits for this claim, and removes it, or lets none come any more.
    if (keys.hold(ownerId).isEmpty()) {
      throw Refusal.notFound();
    }
    // Whoever claims for the same user waits here, so that not both take what is left.
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
                where owner_id = ? and (attachment_id is not null or expires_at > ?)
                """)
            .params(ANNOUNCED_AT_LEAST, ownerId, now())
            .query(Long.class)
            .single();
    long left = Math.max(0, properties.quota().toBytes() - used);
    if (size > left) {
      throw new Refusal(
          Problem.STORAGE_QUOTA_EXCEEDED,
          "There is room for " + left + " bytes more.",
          Map.of("remaining", left));
    }
    // The update takes the row's lock: whoever is just removing these bytes comes to an end before.
    jdbc.sql(
            """
            insert into attachment.object (sha256) values (?)
            on conflict (sha256) do update set sha256 = excluded.sha256
            """)
        .param(sha256)
        .update();
    jdbc.sql(
            """
            insert into attachment.file (id, owner_id, sha256, size, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?)
            """)
        .params(claim, ownerId, sha256, size, now(), now().plus(CLAIMED))
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

  private OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }
}
