package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Permits.Permit;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Bounds the answers that take much of the heap, or of the stores, to be made: how many a user gets
 * at a time, and how many bytes all of them take. Safe for use by many threads.
 */
@Component
public final class LargeResponses {

  /** The bytes of what is read for a page of a list before it is known to be large. */
  public static final long LIST_BYTES = 8 << 20;

  /** The bytes of what is read to know what something was. */
  public static final long HISTORY_BYTES = 4 << 20;

  // Programs read in parallel.
  private static final int MAX_PER_USER = 16;
  // Each may be read slowly, and there is not room for many.
  private static final int MAX_RESERVATIONS_PER_USER = 6;
  private static final int MAX_STREAMS_PER_USER = 8;

  /** The parts of the heap for what is being read, and for what is being sent. */
  private static final int READING = 16;

  private static final int SENDING = 4;

  private static final long MIN_BYTES = 32L << 20;

  /** What is read ends by itself, and soon. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Permits<UUID> users = new Permits<>(MAX_PER_USER);
  private final Permits<UUID> held = new Permits<>(MAX_RESERVATIONS_PER_USER);
  private final Permits<UUID> streams = new Permits<>(MAX_STREAMS_PER_USER);
  private final MemoryBudget reading = part(READING);
  private final MemoryBudget sending = part(SENDING);

  private static MemoryBudget part(int share) {
    long bytes = Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / share);
    return new MemoryBudget(bytes, bytes / 2, TIMEOUT);
  }

  /**
   * Begins an answer to a user, which ends with the request.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user gets enough at this time
   */
  public void begin(UUID user) {
    untilTheEnd(users.take(user));
  }

  /** A stream to a user, which is refused when it begins if the user gets enough at that time. */
  public StreamingResponseBody stream(UUID user, StreamingResponseBody body) {
    return out -> {
      try (Permit permit = streams.take(user)) {
        body.writeTo(out);
      }
    };
  }

  /**
   * Reads what takes at most so many bytes while it is read.
   *
   * @throws Refusal {@link Problem#UNAVAILABLE} when others take too much
   */
  public <T> T read(long bytes, Supplier<T> reader) {
    try (Permit permit = reading.take(bytes)) {
      return reader.get();
    }
  }

  /**
   * Takes, until the request ends, what the page keeps in memory while it is written, if that is
   * not all of it.
   *
   * @throws Refusal see {@link #reserve}
   */
  public <T> Page<T> reserveFor(UUID user, Page<T> page) {
    if (page.content() instanceof ChunkedList<T> pieces) {
      reserve(user, pieces.bytes());
    }
    return page;
  }

  /**
   * Takes so many bytes for a user until the request ends.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user has enough at this time; {@link
   *     Problem#UNAVAILABLE} when others take too much
   */
  public void reserve(UUID user, long bytes) {
    untilTheEnd(held.take(user));
    untilTheEnd(sending.take(bytes));
  }

  private static void untilTheEnd(Permit permit) {
    RequestAttributes request = RequestContextHolder.currentRequestAttributes();
    request.registerDestructionCallback(
        UUID.randomUUID().toString(), permit::close, RequestAttributes.SCOPE_REQUEST);
  }
}
