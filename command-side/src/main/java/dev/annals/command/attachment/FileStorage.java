package dev.annals.command.attachment;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Permits;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes files in and gives them out, as streams, through the service or by signed URLs. */
@Component
public class FileStorage {

  /** How many files of one user are sent, and how many are read, at a time. */
  static final int MAX_CONCURRENT = 20;

  private final Permits<UUID> uploads = new Permits<>(MAX_CONCURRENT);
  private final Permits<UUID> downloads = new Permits<>(MAX_CONCURRENT);
  private final ObjectStore store;
  private final Spool spool;
  private final StoredFiles files;
  private final StoredObjects objects;
  private final FileTypes types;
  private final SignedUrls urls;
  private final AttachmentProperties properties;
  private final Clock clock;

  FileStorage(
      ObjectStore store,
      Spool spool,
      StoredFiles files,
      StoredObjects objects,
      FileTypes types,
      SignedUrls urls,
      AttachmentProperties properties,
      Clock clock) {
    this.store = store;
    this.spool = spool;
    this.files = files;
    this.objects = objects;
    this.types = types;
    this.urls = urls;
    this.properties = properties;
    this.clock = clock;
  }

  /** An upload that was announced: how to send it, and until when. */
  public record Announced(
      UUID uploadId, String method, String url, Map<String, String> headers, Instant expiresAt) {}

  /** A URL that needs no token until then. */
  public record Link(String url, Instant expiresAt) {}

  /**
   * Allows a user to send a file: what is sent takes room on the disk before any row counts it.
   *
   * @return to be closed once the file is claimed or refused
   * @throws Refusal {@code too-many-requests} if the user sends {@value #MAX_CONCURRENT} already
   */
  public Permits.Permit permit(UUID ownerId) {
    return uploads.take(ownerId);
  }

  /**
   * Reads what a client sends.
   *
   * @throws Refusal {@code content-too-large}
   */
  public SpooledFile spool(InputStream source) {
    try {
      return spool.read(source, properties.maxSize().toBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Claims the bytes, looks at them and stores them. If they are refused, nothing stays.
   *
   * @param fileName as it was sent
   * @param contentType as it was sent
   * @throws Refusal {@code storage-quota-exceeded}, {@code unsupported-media-type}, {@code
   *     validation}
   */
  public ClaimedFile store(
      UUID ownerId, String fileName, @Nullable String contentType, SpooledFile file) {
    UUID claim = files.claim(ownerId, file.sha256(), file.size());
    try {
      String type = types.claimed(FileName.kept(fileName), contentType);
      String name = FileName.of(fileName, "/file");
      if (file.size() == 0) {
        throw Refusal.invalid("/file", "must not be empty");
      }
      types.check(type, file.path());
      store.put(objects.keyOf(file.sha256()), file);
      return new ClaimedFile(claim, name, type, file.size(), file.sha256());
    } catch (RuntimeException e) {
      files.releaseClaim(claim);
      throw e;
    }
  }

  /** Lets go of a file that is not to be attached after all; of one that was, nothing. */
  public void releaseClaim(UUID claim) {
    files.releaseClaim(claim);
  }

  /**
   * Opens the bytes of an attached file.
   *
   * @throws Refusal {@code unavailable} if they cannot be had
   */
  public InputStream open(String sha256) {
    return open(sha256, 0, Long.MAX_VALUE);
  }

  /**
   * Opens some bytes of an attached file for a client, who may be slow.
   *
   * @param owner whose file it is
   * @throws Refusal {@code unavailable} if they cannot be had, {@code too-many-requests} if {@value
   *     #MAX_CONCURRENT} files of the owner are read already
   */
  public InputStream open(UUID owner, String sha256, long from, long length) {
    Permits.Permit permit = downloads.take(owner);
    try {
      return new FilterInputStream(open(sha256, from, length)) {
        @Override
        public void close() throws IOException {
          permit.close();
          super.close();
        }
      };
    } catch (RuntimeException e) {
      permit.close();
      throw e;
    }
  }

  private InputStream open(String sha256, long from, long length) {
    return store
        .open(objects.keyOf(sha256), from, length)
        // An earlier version stores them there.
        .or(() -> store.open(ObjectStore.object(sha256), from, length))
        .orElseThrow(
            () -> ObjectStore.unavailable(new IOException("The bytes of " + sha256 + " are gone")));
  }

  /** A link to an attached file. */
  public Link link(Download download) {
    Instant expiresAt = expiry();
    return new Link(
        store.signDownload(download, objects.keyOf(download.sha256()), expiresAt), expiresAt);
  }

  /**
   * Releases all files of a user, attached or not.
   *
   * @return whether the bytes that nobody else holds are removed, too; ask again until they are
   */
  public boolean removeAllOf(UUID ownerId) {
    return files.removeAllOf(ownerId);
  }

  /** Whose attachment it is. */
  public Optional<UUID> ownerOf(UUID attachmentId) {
    return files.ownerOf(attachmentId);
  }

  /**
   * Refuses what cannot be attached, by what is told of it.
   *
   * @throws Refusal {@code content-too-large}, {@code unsupported-media-type}, {@code validation}
   */
  public Upload validate(
      UUID id, UUID ownerId, UUID taskId, String name, String type, long size, String sha256) {
    if (size > properties.maxSize().toBytes()) {
      throw new Refusal(
          Problem.CONTENT_TOO_LARGE,
          "A file may have at most " + properties.maxSize().toBytes() + " bytes.");
    }
    String claimed = types.claimed(FileName.kept(name), type);
    return new Upload(id, ownerId, taskId, FileName.of(name, "/fileName"), claimed, size, sha256);
  }

  /**
   * Has room kept for an upload, and says how it is to be sent.
   *
   * @throws Refusal {@code storage-quota-exceeded}
   */
  public Announced announce(Upload upload) {
    Instant expiresAt = expiry();
    files.claim(upload);
    ObjectStore.SignedUpload signed = store.signUpload(upload, expiresAt);
    return new Announced(upload.id(), signed.method(), signed.url(), signed.headers(), expiresAt);
  }

  /** An upload that was announced and is not complete, as long as that may be. */
  public Optional<Upload> upload(UUID id) {
    return files.upload(id);
  }

  /**
   * Stores the bytes that have arrived, once they are what was announced.
   *
   * @throws Refusal {@code upload-incomplete}, {@code upload-mismatch}, {@code
   *     unsupported-media-type}
   */
  public ClaimedFile complete(Upload upload) {
    try (Permits.Permit permit = permit(upload.ownerId());
        InputStream arrived = arrived(upload);
        SpooledFile file = spool(arrived)) {
      if (file.size() != upload.size() || !file.sha256().equals(upload.sha256())) {
        throw new Refusal(
            Problem.UPLOAD_MISMATCH, "What was sent has another size or SHA-256 than announced.");
      }
      types.check(upload.contentType(), file.path());
      store.put(objects.keyOf(upload.sha256()), file);
      return new ClaimedFile(
          upload.id(), upload.fileName(), upload.contentType(), file.size(), file.sha256());
    } catch (IOException | UncheckedIOException e) {
      throw ObjectStore.unavailable(e);
    }
  }

  private InputStream arrived(Upload upload) {
    return store
        .open(ObjectStore.upload(upload.id()))
        .orElseThrow(() -> new Refusal(Problem.UPLOAD_INCOMPLETE, "Send it to its URL first."));
  }

  /** Schedules the removal of an upload's bytes after they are stored as a file. */
  public void deleteUpload(Upload upload) {
    objects.removeSoon(upload.ownerId(), ObjectStore.upload(upload.id()));
  }

  /**
   * Takes what a client sends to a signed URL of this service, as S3 does at its own. Where it is
   * not what was announced, what stays is an empty file in its place.
   *
   * @param length as the client announces it; −1 if it does not
   * @throws Refusal {@code forbidden} if the request is not the one that was signed, {@code
   *     bad-request} if the bytes are not
   */
  public void receive(UUID id, @Nullable String contentType, long length, InputStream source) {
    Upload upload = files.upload(id).orElseThrow(SignedUrls::refused);
    if (!upload.contentType().equals(contentType)) {
      throw SignedUrls.refused();
    }
    if (length >= 0 && length != upload.size()) {
      keepNothing(id);
      throw SignedUrls.refused();
    }
    try (Permits.Permit permit = permit(upload.ownerId());
        SpooledFile file = spool(source)) {
      if (!file.sha256().equals(upload.sha256())) {
        keepNothing(id);
        throw new Refusal(Problem.BAD_REQUEST, "The bytes are not those that were announced.");
      }
      store.put(ObjectStore.upload(id), file);
    }
  }

  /**
   * Lets a request pass that was signed.
   *
   * @throws Refusal {@code forbidden}
   */
  public void checkSignature(
      String method, String path, @Nullable String expires, @Nullable String signature) {
    urls.check(method, path, expires, signature);
  }

  private void keepNothing(UUID id) {
    try (SpooledFile nothing = spool(new ByteArrayInputStream(new byte[0]))) {
      store.put(ObjectStore.upload(id), nothing);
    }
  }

  private Instant expiry() {
    return clock.instant().plus(properties.linkLifetime());
  }
}
