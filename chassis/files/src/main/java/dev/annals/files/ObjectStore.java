package dev.annals.files;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Stores bytes by key: those of files by {@link #object their SHA-256}, and unchecked ones that
 * clients send to a signed URL by {@link #upload the upload's id}. Every method throws the refusal
 * {@code unavailable} when the store does not answer or is full. Calls can take seconds: make none
 * within a transaction.
 */
interface ObjectStore {

  /** The maximum size of a page of {@link #list}. */
  int PAGE = 1000;

  /** Stores a file durably; may move it. */
  void put(String key, SpooledFile file);

  default Optional<InputStream> open(String key) {
    return open(key, 0, Long.MAX_VALUE);
  }

  /** Opens a range of an object, up to its end if that comes first. */
  Optional<InputStream> open(String key, long from, long length);

  /** Deletes an object if it exists. */
  void delete(String key);

  /** Lists all objects, in pages. */
  void list(Consumer<List<Stored>> pages);

  /** Signs a request that lets its holder store exactly these bytes until it expires. */
  SignedUpload signUpload(Upload upload, Instant expiresAt);

  /** Signs a URL that lets its holder read the object until it expires. */
  String signDownload(Download file, String key, Instant expiresAt);

  /**
   * A stored object.
   *
   * @param since when it was stored
   */
  record Stored(String key, long size, Instant since) {}

  /** A request to send with these headers. */
  record SignedUpload(String method, String url, Map<String, String> headers) {}

  static String object(String sha256) {
    return "objects/" + sha256;
  }

  /** Returns the key of bytes in a place; null is the first place. */
  static String object(String sha256, @Nullable UUID place) {
    return place == null ? object(sha256) : object(sha256) + "." + place;
  }

  static String upload(UUID id) {
    return "uploads/" + id;
  }

  interface FileCall<T> {
    T run() throws IOException;
  }

  /** Runs a call of the file system. Its failure is one of the store, not of the client. */
  static <T> T onDisk(FileCall<T> call) {
    try {
      return call.run();
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** Logs a failure of the store and returns the refusal for the client. */
  static Refusal unavailable(Exception cause) {
    LoggerFactory.getLogger(ObjectStore.class).warn("The file store failed: {}", cause.toString());
    return new Refusal(Problem.UNAVAILABLE, "Files cannot be stored or read now.");
  }
}
