package dev.annals.query.model;

import dev.annals.platform.redis.Redis;
import dev.annals.platform.web.ChunkedList;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.SerializedPage;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * The pages of one kind of list that were read last, in Redis for all processes, none for longer
 * than 30 seconds. All of a user are in one hash, so that a page is found by one command and all of
 * them are dropped by one. A drop also leaves a new mark there: who began to read before it keeps
 * nothing, since that may be of before. For use by many threads.
 *
 * @param <V> what the list is of
 */
public final class CachedPages<V> {

  private static final Duration MAX_AGE = Duration.ofSeconds(30);

  /** A mark is forgotten long after everybody who began to read before it has come to an end. */
  private static final Duration MARK_TTL = Duration.ofMinutes(10);

  private static final String MAX_PAGES_PER_USER = "64";
  private static final int MAX_BYTES = 256 * 1024;

  /** Every page of the hash ends with the one that ends first. */
  private static final String STORE_SCRIPT =
      """
      if (redis.call('get', KEYS[2]) or '') ~= ARGV[1] then return 0 end
      if redis.call('hlen', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
      redis.call('hset', KEYS[1], ARGV[3], ARGV[4])
      local left = redis.call('pttl', KEYS[1])
      if left < 0 or left > tonumber(ARGV[5]) then redis.call('pexpire', KEYS[1], ARGV[5]) end
      return 1
      """;

  /** How a page is stored: its position, and in the next line what clients are sent. */
  private static final Pattern STORED_PAGE =
      Pattern.compile("(\\d+) (\\d+) (\\d+) (\\d+)\n(.+)", Pattern.DOTALL);

  private final Map<String, CompletableFuture<Answer<V>>> reads = new ConcurrentHashMap<>();
  private final Redis redis;
  private final JsonMapper json;
  private final String list;

  /**
   * Opens it.
   *
   * @param json writes what clients are sent
   * @param list what it is called in Redis
   */
  public CachedPages(Redis redis, JsonMapper json, String list) {
    this.redis = redis;
    this.json = json;
    this.list = list;
  }

  /**
   * A page, and whether it was stored.
   *
   * @param page a {@link SerializedPage}; a {@link Page} if it is large, for one answer alone
   * @param hit whether nothing had to be read for it
   * @param <V> what the list is of
   */
  public record Answer<V>(Object page, boolean hit) {

    /** The page with its {@code Cache-Status} (RFC 9211); typed as what clients take it for. */
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
   * Answers with a page that is stored, else reads it; of many who want the same one at once, one
   * reads it for all of this process, unless it is large.
   *
   * @param query all that makes a difference to the answer
   * @param refresh whether to read in any case, for somebody who knows of a change: what is stored
   *     may be of before
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

  /** Drops all pages of these users. To be called when readers can see what was written. */
  public void drop(Collection<String> owners) {
    if (owners.isEmpty()) {
      return;
    }
    String mark = UUID.randomUUID().toString();
    redis.execute(
        commands ->
            CompletableFuture.allOf(
                owners.stream()
                    .map(owner -> drop(commands, owner, mark))
                    .toArray(CompletableFuture<?>[]::new)));
  }

  // The mark first: what is stored between the two is dropped by the second.
  private CompletableFuture<?> drop(
      RedisAsyncCommands<String, byte[]> commands, String owner, String mark) {
    return CompletableFuture.allOf(
        commands.set(mark(owner), bytes(mark), SetArgs.Builder.ex(MARK_TTL)).toCompletableFuture(),
        commands.unlink(pages(owner)).toCompletableFuture());
  }

  private Optional<SerializedPage> stored(UUID owner, String field) {
    return redis
        .execute(commands -> commands.hget(pages(owner.toString()), field))
        .map(stored -> STORED_PAGE.matcher(new String(stored, StandardCharsets.UTF_8)))
        // Another version of this program may keep them in another way.
        .filter(Matcher::matches)
        .map(
            stored ->
                new SerializedPage(
                    new Page.Position(
                        Integer.parseInt(stored.group(1)),
                        Long.parseLong(stored.group(2)),
                        Long.parseLong(stored.group(3)),
                        Long.parseLong(stored.group(4))),
                    stored.group(5)));
  }

  private Answer<V> read(UUID owner, String field, Supplier<Page<V>> read) {
    long began = System.nanoTime();
    Optional<String> mark =
        redis.execute(
            commands ->
                commands
                    .get(mark(owner.toString()))
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
                  new String[] {pages(owner.toString()), mark(owner.toString())},
                  bytes(mark),
                  bytes(MAX_PAGES_PER_USER),
                  bytes(field),
                  stored,
                  bytes(Long.toString(left))));
    }
  }

  private String pages(String owner) {
    return "annals:%s:{%s}".formatted(list, owner);
  }

  private String mark(String owner) {
    return pages(owner) + ":mark";
  }

  private String field(Object query) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(json.writeValueAsBytes(query));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
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
