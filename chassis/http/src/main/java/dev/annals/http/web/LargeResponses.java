package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.Permits.Permit;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Bounds expensive responses: a user's number at a time, and the heap of all. Thread-safe. */
public final class LargeResponses {

  /** The bytes that are read for a page of a list before it is known to be large. */
  public static final long LIST_BYTES = 8 << 20;

  /** The bytes that are read to restore an earlier version. */
  public static final long HISTORY_BYTES = 4 << 20;

  // Clients read in parallel.
  private static final int MAX_PER_USER = 16;
  // Clients may read these slowly, and memory is limited.
  private static final int MAX_RESERVATIONS_PER_USER = 6;
  private static final int MAX_STREAMS_PER_USER = 8;

  /** The fractions of the heap for reading and for sending. */
  private static final int READING = 16;

  private static final int SENDING = 4;

  private static final long MIN_BYTES = 32L << 20;

  /** Reads are short, so waiting for memory is worthwhile. */
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final Permits<UUID> requests = new Permits<>(MAX_PER_USER);
  private final Permits<UUID> reservations = new Permits<>(MAX_RESERVATIONS_PER_USER);
  private final Permits<UUID> streams = new Permits<>(MAX_STREAMS_PER_USER);
  private final MemoryBudget reading = budget(READING);
  private final MemoryBudget sending = budget(SENDING);

  private static MemoryBudget budget(int fraction) {
    long bytes = Math.max(MIN_BYTES, Runtime.getRuntime().maxMemory() / fraction);
    return new MemoryBudget(bytes, bytes / 2, TIMEOUT);
  }

  /**
   * Begins a response to a user, which ends with the request.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user has too many responses at a time
   */
  public void begin(UUID user) {
    releaseAfterRequest(requests.take(user));
  }

  /**
   * Returns a stream that is rejected at its start if the user has too many streams at that time.
   */
  public StreamingResponseBody stream(UUID user, StreamingResponseBody body) {
    return out -> {
      try (Permit permit = streams.take(user)) {
        body.writeTo(out);
      }
    };
  }

  /**
   * Calls a reader that takes at most so many bytes of memory.
   *
   * @throws Refusal see {@link MemoryBudget#take}
   */
  public <T> T read(long bytes, Supplier<T> reader) {
    try (Permit permit = reading.take(bytes)) {
      return reader.get();
    }
  }

  /**
   * Reserves the memory of a page that is read in chunks, until the request ends.
   *
   * @throws Refusal see {@link #reserve}
   */
  public <T> Page<T> reserveFor(UUID user, Page<T> page) {
    if (page.content() instanceof ChunkedList<T> chunks) {
      reserve(user, chunks.maxBytes());
    }
    return page;
  }

  /**
   * Reserves bytes for a user until the request ends.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user has too many reservations, else
   *     see {@link MemoryBudget#take}
   */
  public void reserve(UUID user, long bytes) {
    releaseAfterRequest(reservations.take(user));
    releaseAfterRequest(sending.take(bytes));
  }

  private static void releaseAfterRequest(Permit permit) {
    RequestAttributes request = RequestContextHolder.currentRequestAttributes();
    request.registerDestructionCallback(
        UUID.randomUUID().toString(), permit::close, RequestAttributes.SCOPE_REQUEST);
  }
}
