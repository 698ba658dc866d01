package dev.annals.command.attachment;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.io.ByteArrayInputStream;
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

  private final ObjectStore store;
  private final Spool spool;
  private final StoredFiles files;
  private final FileTypes types;
  private final SignedUrls urls;
  private final Collector collector;
  private final AttachmentProperties properties;
  private final Clock clock;

  FileStorage(
      ObjectStore store,
      Spool spool,
      StoredFiles files,
      FileTypes types,
      SignedUrls urls,
      Collector collector,
      AttachmentProperties properties,
      Clock clock) {
    this.store = store;
    this.spool = spool;
    this.files = files;
    this.types = types;
    this.urls = urls;
    this.collector = collector;
    this.properties = properties;
    this.clock = clock;
  }

  /** An upload that was announced: how to send it, and until when. */
  public record Announced(
      UUID uploadId, String method, String url, Map<String, String> headers, Instant expiresAt) {}

  /** A URL that needs no token until then. */
  public record Link(String url, Instant expiresAt) {}

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
  public HeldFile hold(
      UUID ownerId, String fileName, @Nullable String contentType, SpooledFile file) {
    UUID claim = files.claim(ownerId, file.sha256(), file.size());
    try {
      String type = types.claimed(FileName.kept(fileName), contentType);
      String name = FileName.of(fileName, "/file");
      if (file.size() == 0) {
        throw Refusal.invalid("/file", "must not be empty");
      }
      types.check(type, file.path());
      store.put(ObjectStore.object(file.sha256()), file);
      return new HeldFile(claim, name, type, file.size(), file.sha256());
    } catch (RuntimeException e) {
      files.giveUp(claim);
      throw e;
    }
  }

  /** Lets go of a file that is not to be attached after all; of one that was, nothing. */
  public void giveUp(UUID claim) {
    files.giveUp(claim);
  }

  /**
   * Opens the bytes of an attached file.
   *
   * @throws Refusal {@code unavailable} if they cannot be had
   */
  public InputStream open(String sha256) {
    return store
        .open(ObjectStore.object(sha256))
        .orElseThrow(
            () -> ObjectStore.unavailable(new IOException("The bytes of " + sha256 + " are gone")));
  }

  /** A link to an attached file. */
  public Link link(Download download) {
    Instant expiresAt = expiry();
    return new Link(store.signDownload(download, expiresAt), expiresAt);
  }

  /**
   * Removes whatever somebody has stored, attached or not, and the bytes that nobody else holds.
   * What is done stays done if it fails in the middle.
   *
   * @throws Refusal {@code unavailable}
   */
  public void removeAllOf(UUID ownerId) {
    collector.removeAllOf(ownerId);
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
  public Upload describe(
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
  public HeldFile complete(Upload upload) {
    InputStream arrived =
        store
            .open(ObjectStore.upload(upload.id()))
            .orElseThrow(() -> new Refusal(Problem.UPLOAD_INCOMPLETE, "Send it to its URL first."));
    try (arrived;
        SpooledFile file = spool(arrived)) {
      if (file.size() != upload.size() || !file.sha256().equals(upload.sha256())) {
        throw new Refusal(
            Problem.UPLOAD_MISMATCH, "What was sent has another size or SHA-256 than announced.");
      }
      types.check(upload.contentType(), file.path());
      store.put(ObjectStore.object(upload.sha256()), file);
      return new HeldFile(
          upload.id(), upload.fileName(), upload.contentType(), file.size(), file.sha256());
    } catch (IOException | UncheckedIOException e) {
      throw ObjectStore.unavailable(e);
    }
  }

  /** Removes what an upload has sent, once it is stored as a file. */
  public void forget(Upload upload) {
    store.delete(ObjectStore.upload(upload.id()));
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
    try (SpooledFile file = spool(source)) {
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
