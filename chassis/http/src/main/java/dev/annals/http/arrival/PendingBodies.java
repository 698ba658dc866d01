package dev.annals.http.arrival;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds the number of threads that wait for request bodies, and the bytes that these bodies hold
 * in memory. Above a bound it cancels the body that is furthest behind among those of the address
 * with the most bodies. Thread-safe.
 */
final class PendingBodies {

  private final int maxWaiting;
  private final long maxBytes;
  private final Set<PendingBody> waiting = new HashSet<>();
  private final Map<String, Integer> countByAddress = new HashMap<>();
  private long bytes;

  PendingBodies(int maxWaiting, long maxBytes) {
    this.maxWaiting = maxWaiting;
    this.maxBytes = maxBytes;
  }

  /** A body that a thread waits for. Its number of bytes does not change during the wait. */
  interface PendingBody {

    String address();

    /** Returns the delay compared with a body that arrives without a pause. */
    long nanosBehind();

    long bytes();

    void giveUp();
  }

  /** Returns true if a body that begins now can be cancelled soon, even a fast one. */
  synchronized boolean isCrowded() {
    return waiting.size() > maxWaiting / 2;
  }

  synchronized void begin(PendingBody body) {
    waiting.add(body);
    countByAddress.merge(body.address(), 1, Integer::sum);
    bytes += body.bytes();
    while (waiting.size() > maxWaiting || bytes > maxBytes) {
      PendingBody last = waiting.stream().max(furthestBehind()).orElseThrow();
      end(last);
      last.giveUp();
    }
  }

  private Comparator<PendingBody> furthestBehind() {
    return Comparator.<PendingBody>comparingInt(body -> countByAddress.get(body.address()))
        .thenComparingLong(PendingBody::nanosBehind);
  }

  /** Removes a wait. Further calls have no effect. */
  synchronized void end(PendingBody body) {
    if (waiting.remove(body)) {
      countByAddress.computeIfPresent(
          body.address(), (same, count) -> count == 1 ? null : count - 1);
      bytes -= body.bytes();
    }
  }
}
