package dev.annals.projection.list;

import dev.annals.http.crypto.Sha256;
import dev.annals.http.redis.Redis;
import dev.annals.http.web.ChunkedList;
import dev.annals.http.web.Page;
import dev.annals.http.web.SerializedPage;
import io.lettuce.core.ScriptOutputType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * A cache of the pages of one kind of list, in Redis for all processes, for 30 seconds at most. The
 * pages of a user are in one hash, so one command finds a page and one drops all of them. A drop
 * also stores a new mark: a reader that began before the drop stores nothing, since its page may be
 * stale. Thread-safe.
 *
 * @param <V> the type of the list's elements
 */
public final class CachedPages<V> {

  private static final Duration MAX_AGE = Duration.ofSeconds(30);

  /** In seconds. Longer than any read takes that began before the mark. */
  private static final String MARK_TTL = "600";

  private static final String MAX_PAGES_PER_USER = "64";
  private static final int MAX_BYTES = 256 * 1024;

  /** All pages of a hash expire with the oldest. */
  private static final String STORE_SCRIPT =
      """
      if (redis.call('get', KEYS[2]) or '') ~= ARGV[1] then return 0 end
      if redis.call('hlen', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
      redis.call('hset', KEYS[1], ARGV[3], ARGV[4])
      local left = redis.call('pttl', KEYS[1])
      if left < 0 or left > tonumber(ARGV[5]) then redis.call('pexpire', KEYS[1], ARGV[5]) end
      return 1
      """;

  private static final String DROP_SCRIPT =
      """
      redis.call('set', KEYS[2], ARGV[1], 'ex', ARGV[2])
      return redis.call('unlink', KEYS[1])
      """;

  /** The first line of a stored page. The JSON for clients follows. */
  private static final Pattern POSITION = Pattern.compile("(\\d+) (\\d+) (\\d+) (\\d+)");

  private final Map<String, CompletableFuture<Answer<V>>> reads = new ConcurrentHashMap<>();
  private final Redis redis;
  private final JsonMapper json;
  private final String list;

  public CachedPages(Redis redis, JsonMapper json, String list) {
    this.redis = redis;
    this.json = json;
    this.list = list;
  }

  /**
   * A page, and whether it was cached.
   *
   * @param page a {@link SerializedPage}; a {@link Page} if it is large, for one response only
   * @param hit whether the page came from the cache
   * @param <V> the type of the list's elements
   */
  public record Answer<V>(Object page, boolean hit) {

    /** Returns the page with its {@code Cache-Status} (RFC 9211), typed as its JSON reads. */
    @SuppressWarnings("unchecked")
    public ResponseEntity<Page<V>> response() {
      return (ResponseEntity<Page<V>>)
          (ResponseEntity<?>)
              ResponseEntity.ok()
                  .header("Cache-Status", hit ? "annals; hit" : "annals; fwd=miss")
                  .body(page);
    }
  }

  /**
   * Returns the cached page or reads it. Concurrent calls for the same page in this process share
   * one read, unless the page is large.
   *
   * @param query everything that the page depends on
   * @param refresh whether to read in any case, since the cached page may lack a change that the
   *     caller knows
   */
  public Answer<V> find(UUID owner, Object query, boolean refresh, Supplier<Page<V>> read) {
    String field = field(query);
    if (refresh) {
      return read(owner, field, read);
    }
    String key = owner + "/" + field;
    CompletableFuture<Answer<V>> mine = new CompletableFuture<>();
    CompletableFuture<Answer<V>> other = reads.putIfAbsent(key, mine);
    if (other != null) {
      Answer<V> answer = await(other);
      return answer.page() instanceof SerializedPage ? answer : read(owner, field, read);
    }
    try {
      Answer<V> answer =
          stored(owner, field)
              .map(page -> new Answer<V>(page, true))
              .orElseGet(() -> read(owner, field, read));
      mine.complete(answer);
      return answer;
    } catch (RuntimeException | Error failure) {
      mine.completeExceptionally(failure);
      throw failure;
    } finally {
      reads.remove(key);
    }
  }

  /** Drops all pages of these users. Call it once readers can see the new documents. */
  public void drop(Collection<String> owners) {
    if (owners.isEmpty()) {
      return;
    }
    String mark = UUID.randomUUID().toString();
    redis.execute(
        commands ->
            CompletableFuture.allOf(
                owners.stream()
                    .map(
                        owner ->
                            commands.<Long>eval(
                                DROP_SCRIPT,
                                ScriptOutputType.INTEGER,
                                keys(owner),
                                bytes(mark),
                                bytes(MARK_TTL)))
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture<?>[]::new)));
  }

  private Optional<SerializedPage> stored(UUID owner, String field) {
    return redis
        .execute(commands -> commands.hget(keys(owner.toString())[0], bytes(field)))
        .flatMap(stored -> page(new String(stored, StandardCharsets.UTF_8)));
  }

  /** Returns empty for another form, in which another version of the program stores pages. */
  private static Optional<SerializedPage> page(String stored) {
    int end = stored.indexOf('\n');
    Matcher position = POSITION.matcher(stored.substring(0, Math.max(0, end)));
    return position.matches()
        ? Optional.of(
            new SerializedPage(
                new Page.Position(
                    Integer.parseInt(position.group(1)),
                    Long.parseLong(position.group(2)),
                    Long.parseLong(position.group(3)),
                    Long.parseLong(position.group(4))),
                stored.substring(end + 1)))
        : Optional.empty();
  }

  private Answer<V> read(UUID owner, String field, Supplier<Page<V>> read) {
    long began = System.nanoTime();
    Optional<String> mark =
        redis.execute(
            commands ->
                commands
                    .get(keys(owner.toString())[1])
                    .thenApply(it -> it == null ? "" : new String(it, StandardCharsets.UTF_8)));
    Page<V> page = read.get();
    if (page.content() instanceof ChunkedList) {
      return new Answer<>(page, false);
    }
    SerializedPage fresh = new SerializedPage(page.page(), json.writeValueAsString(page));
    mark.ifPresent(it -> store(owner, field, it, fresh, began));
    return new Answer<>(fresh, false);
  }

  private void store(UUID owner, String field, String mark, SerializedPage fresh, long began) {
    if (fresh.json().length() > MAX_BYTES) {
      return;
    }
    Page.Position at = fresh.position();
    byte[] stored =
        bytes(
            "%d %d %d %d\n%s"
                .formatted(
                    at.size(), at.number(), at.totalElements(), at.totalPages(), fresh.json()));
    long left = MAX_AGE.toMillis() - Duration.ofNanos(System.nanoTime() - began).toMillis();
    if (stored.length <= MAX_BYTES && left > 0) {
      redis.execute(
          commands ->
              commands.<Long>eval(
                  STORE_SCRIPT,
                  ScriptOutputType.INTEGER,
                  keys(owner.toString()),
                  bytes(mark),
                  bytes(MAX_PAGES_PER_USER),
                  bytes(field),
                  stored,
                  bytes(Long.toString(left))));
    }
  }

  /** Returns the keys of the pages and of the mark. The braces put both into one slot. */
  private byte[][] keys(String owner) {
    String pages = "annals:%s:{%s}".formatted(list, owner);
    return new byte[][] {bytes(pages), bytes(pages + ":mark")};
  }

  private String field(Object query) {
    return HexFormat.of().formatHex(Sha256.of(json.writeValueAsString(query)), 0, 16);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException other) {
        throw other;
      }
      throw failed;
    }
  }
}
