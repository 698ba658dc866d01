package dev.annals.command.attachment;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
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
 * Keeps bytes by key: those of files by {@link #object their SHA-256}, and those that clients sent
 * by a signed URL, of which nothing is known yet, by {@link #upload the upload}. Every method
 * throws the refusal {@code unavailable} when the store does not answer or has no room. It may take
 * seconds: call none within a transaction.
 */
interface ObjectStore {

  /** The most keys that are told of at once. */
  int PAGE = 1000;

  /** Stores a file, which may be moved; once this returns it is safe. */
  void put(String key, SpooledFile file);

  /** Opens what is there. */
  default Optional<InputStream> open(String key) {
    return open(key, 0, Long.MAX_VALUE);
  }

  /** Opens so many bytes of what is there, or as many as there are. */
  Optional<InputStream> open(String key, long from, long length);

  /** Removes what is there, if anything is. */
  void delete(String key);

  /** Tells of everything that is there, at most {@value #PAGE} at a time. */
  void list(Consumer<List<Stored>> pages);

  /** A request by which whoever has it may store just these bytes until then. */
  SignedUpload signUpload(Upload upload, Instant expiresAt);

  /** Signs a URL that lets its holder read the object until it expires. */
  String signDownload(Download download, String key, Instant expiresAt);

  /**
   * What is there by a key.
   *
   * @param since when it was stored
   */
  record Stored(String key, long size, Instant since) {}

  /** A request to be sent with these headers. */
  record SignedUpload(String method, String url, Map<String, String> headers) {}

  static String object(String sha256) {
    return "objects/" + sha256;
  }

  /** Where the bytes of that SHA-256 are if they are in that place; null is the first. */
  static String object(String sha256, @Nullable UUID place) {
    return place == null ? object(sha256) : object(sha256) + "." + place;
  }

  static String upload(UUID id) {
    return "uploads/" + id;
  }

  /** The refusal for when the store has failed; says in the log why. */
  static Refusal unavailable(Exception why) {
    LoggerFactory.getLogger(ObjectStore.class)
        .warn("The store of attachments failed: {}", why.toString());
    return new Refusal(Problem.UNAVAILABLE, "Attachments cannot be stored or read now.");
  }
}
