package dev.annals.platform.arrival;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/**
 * Bounds how many threads wait for bodies at a time, and how many bytes of such bodies are kept.
 * One more makes the body that is furthest behind give up. Safe for use by many threads.
 */
final class Arrivals {

  private final int most;
  private final long mostBytes;
  private final Set<Arrival> waiting = new HashSet<>();
  private long bytes;

  Arrivals(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** A body that a thread waits for. Its bytes stay the same while it does. */
  interface Arrival {

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
    bytes += arrival.bytes();
    if (waiting.size() > most || bytes > mostBytes) {
      Arrival last =
          waiting.stream().max(Comparator.comparingLong(Arrival::nanosBehind)).orElseThrow();
      end(last);
      last.giveUp();
    }
  }

  /** Forgets a wait; may be called again. */
  synchronized void end(Arrival arrival) {
    if (waiting.remove(arrival)) {
      bytes -= arrival.bytes();
    }
  }
}
