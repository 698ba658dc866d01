package dev.annals.query.model;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes readers who wait for a read model when this process has written to it. Safe for any number
 * of threads.
 */
final class Writes {

  private final Lock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private long count;

  void happened() {
    lock.lock();
    try {
      count++;
      written.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How many there were so far. */
  long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Returns when this process has written more often than so, or when the time is up. */
  void awaitMoreThan(long seen, Duration atMost) {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (count <= seen && left > 0) {
        left = written.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a read model", e);
    } finally {
      lock.unlock();
    }
  }
}
