package dev.annals.files;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.Permits;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Stores and reads files as streams, through this service or by signed URLs. */
public class FileStorage {

  /** The maximum number of files that a user sends at a time, and that a user reads at a time. */
  static final int MAX_CONCURRENT = 20;

  private final Permits<UUID> uploads = new Permits<>(MAX_CONCURRENT);
  private final Permits<UUID> downloads = new Permits<>(MAX_CONCURRENT);
  private final ObjectStore store;
  private final Spool spool;
  private final StoredFiles files;
  private final StoredObjects objects;
  private final FileTypes types;
  private final FileProperties properties;
  private final Clock clock;

  FileStorage(
      ObjectStore store,
      Spool spool,
      StoredFiles files,
      StoredObjects objects,
      FileTypes types,
      FileProperties properties,
      Clock clock) {
    this.store = store;
    this.spool = spool;
    this.files = files;
    this.objects = objects;
    this.types = types;
    this.properties = properties;
    this.clock = clock;
  }

  /** An announced upload: the request that sends it, and the end of its signature. */
  public record Announced(
      UUID uploadId, String method, String url, Map<String, String> headers, Instant expiresAt) {}

  /** A URL that needs no token until it expires. */
  public record Link(String url, Instant expiresAt) {}

  /**
   * Takes a permit to send a file: bytes in transit take disk space before any row counts them.
   *
   * @return the permit, to close once the file is claimed or refused
   * @throws Refusal {@code too-many-requests} if the user sends {@value #MAX_CONCURRENT} files
   *     already
   */
  public Permits.Permit permit(UUID ownerId) {
    return uploads.take(ownerId);
  }

  /**
   * Writes the bytes from a client to a temporary file.
   *
   * @throws Refusal {@code content-too-large}
   */
  public SpooledFile spool(InputStream source) {
    try {
      return SpooledFile.read(source, properties.maxSize().toBytes(), spool.folder());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Claims, checks and stores the bytes. If they are refused, nothing stays.
   *
   * @param fileName as sent
   * @param contentType as sent
   * @throws Refusal {@code storage-quota-exceeded}, {@code unsupported-media-type}, {@code
   *     validation}
   */
  public ClaimedFile store(
      UUID ownerId, String fileName, @Nullable String contentType, SpooledFile file) {
    UUID claim = files.claim(ownerId, file.sha256(), file.size());
    try {
      String type = types.claimed(FileName.clean(fileName), contentType);
      String name = FileName.of(fileName, "/file");
      if (file.size() == 0) {
        throw Refusal.invalid("/file", "must not be empty");
      }
      return checkAndPut(claim, name, type, file);
    } catch (RuntimeException e) {
      files.releaseClaim(claim);
      throw e;
    }
  }

  private ClaimedFile checkAndPut(UUID claim, String name, String type, SpooledFile file) {
    types.check(type, file.path());
    store.put(objects.keyOf(file.sha256()), file);
    return new ClaimedFile(claim, name, type, file.size(), file.sha256());
  }

  /**
   * Opens the bytes of an attached file.
   *
   * @throws Refusal {@code unavailable} if they cannot be read
   */
  public InputStream open(String sha256) {
    return open(sha256, 0, Long.MAX_VALUE);
  }

  /**
   * Opens a range of an attached file for a client, which may read slowly.
   *
   * @param owner the owner of the file
   * @throws Refusal {@code unavailable} if the bytes cannot be read, {@code too-many-requests} if
   *     {@value #MAX_CONCURRENT} files of the owner are being read
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
        // Earlier versions store them under this key.
        .or(() -> store.open(ObjectStore.object(sha256), from, length))
        .orElseThrow(
            () ->
                ObjectStore.unavailable(
                    new IOException("The bytes of " + sha256 + " are missing")));
  }

  public Link link(Download file) {
    Instant expiresAt = expiry();
    String key = objects.keyOf(file.sha256());
    return new Link(store.signDownload(file, key, expiresAt), expiresAt);
  }

  /**
   * Validates an announced upload.
   *
   * @throws Refusal {@code content-too-large}, {@code unsupported-media-type}, {@code validation}
   */
  public Upload validate(
      UUID id, UUID ownerId, UUID holderId, String name, String type, long size, String sha256) {
    if (size > properties.maxSize().toBytes()) {
      throw new Refusal(
          Problem.CONTENT_TOO_LARGE,
          "A file may have at most " + properties.maxSize().toBytes() + " bytes.");
    }
    String claimed = types.claimed(FileName.clean(name), type);
    return new Upload(id, ownerId, holderId, FileName.of(name, "/fileName"), claimed, size, sha256);
  }

  /**
   * Claims space for an upload and signs its URL.
   *
   * @throws Refusal {@code storage-quota-exceeded}
   */
  public Announced announce(Upload upload) {
    Instant expiresAt = expiry();
    files.claim(upload);
    ObjectStore.SignedUpload signed = store.signUpload(upload, expiresAt);
    return new Announced(upload.id(), signed.method(), signed.url(), signed.headers(), expiresAt);
  }

  /**
   * Stores the bytes of an announced upload as a file.
   *
   * @throws Refusal {@code upload-incomplete} if no bytes have arrived, {@code upload-mismatch} if
   *     they differ from the announcement, {@code unsupported-media-type}
   */
  public ClaimedFile complete(Upload upload) {
    try (Permits.Permit permit = permit(upload.ownerId());
        InputStream bytes = receivedBytes(upload);
        SpooledFile file = spool(bytes)) {
      if (file.size() != upload.size() || !file.sha256().equals(upload.sha256())) {
        throw new Refusal(
            Problem.UPLOAD_MISMATCH,
            "The size or SHA-256 of the bytes differs from the announced one.");
      }
      return checkAndPut(upload.id(), upload.fileName(), upload.contentType(), file);
    } catch (IOException | UncheckedIOException e) {
      throw ObjectStore.unavailable(e);
    }
  }

  private InputStream receivedBytes(Upload upload) {
    return store
        .open(ObjectStore.upload(upload.id()))
        .orElseThrow(
            () -> new Refusal(Problem.UPLOAD_INCOMPLETE, "Send the file to its URL first."));
  }

  /**
   * Receives an upload at a signed URL of this service, as S3 does at its own. If the bytes differ
   * from the announced ones, an empty file replaces them.
   *
   * @param length the {@code Content-Length}; −1 without one
   * @throws Refusal {@code forbidden} if the request differs from the signed one, {@code
   *     bad-request} if the bytes do
   */
  public void receive(UUID id, @Nullable String contentType, long length, InputStream source) {
    Upload upload = files.upload(id).orElseThrow(SignedUrls::refused);
    if (!upload.contentType().equals(contentType)) {
      throw SignedUrls.refused();
    }
    if (length >= 0 && length != upload.size()) {
      replaceByNothing(id);
      throw SignedUrls.refused();
    }
    try (Permits.Permit permit = permit(upload.ownerId());
        SpooledFile file = spool(source)) {
      if (!file.sha256().equals(upload.sha256())) {
        replaceByNothing(id);
        throw new Refusal(Problem.BAD_REQUEST, "The bytes differ from the announced ones.");
      }
      store.put(ObjectStore.upload(id), file);
    }
  }

  private void replaceByNothing(UUID id) {
    try (SpooledFile nothing = spool(new ByteArrayInputStream(new byte[0]))) {
      store.put(ObjectStore.upload(id), nothing);
    }
  }

  private Instant expiry() {
    return clock.instant().plus(properties.linkLifetime());
  }
}
