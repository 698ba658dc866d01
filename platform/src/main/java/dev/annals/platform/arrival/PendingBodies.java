package dev.annals.platform.arrival;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds how many threads wait for bodies at a time, and how many bytes of such bodies are kept.
 * What is too much makes those give up that are furthest behind, of the address with the most. Safe
 * for use by many threads.
 */
final class PendingBodies {

  private final int most;
  private final long mostBytes;
  private final Set<Arrival> waiting = new HashSet<>();
  private final Map<String, Integer> ofAddress = new HashMap<>();
  private long bytes;

  PendingBodies(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** A body that a thread waits for. Its bytes stay the same while it does. */
  interface Arrival {

    /** Which address it comes from. */
    String address();

    /** How far it is behind one that arrives without a pause. */
    long nanosBehind();

    /** How many of its bytes are in memory. */
    long bytes();

    /** Ends the wait. */
    void giveUp();
  }

  /** Registers a wait that begins. */
  synchronized void begin(Arrival arrival) {
    waiting.add(arrival);
    ofAddress.merge(arrival.address(), 1, Integer::sum);
    bytes += arrival.bytes();
    while (waiting.size() > most || bytes > mostBytes) {
      Arrival last = waiting.stream().max(furthestBehind()).orElseThrow();
      end(last);
      last.giveUp();
    }
  }

  private Comparator<Arrival> furthestBehind() {
    return Comparator.<Arrival>comparingInt(arrival -> ofAddress.get(arrival.address()))
        .thenComparingLong(Arrival::nanosBehind);
  }

  /** Forgets a wait; may be called again. */
  synchronized void end(Arrival arrival) {
    if (waiting.remove(arrival)) {
      ofAddress.computeIfPresent(arrival.address(), (same, count) -> count == 1 ? null : count - 1);
      bytes -= arrival.bytes();
    }
  }
}
