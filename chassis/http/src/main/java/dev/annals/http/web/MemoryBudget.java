package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.security.Caller;
import dev.annals.http.web.Permits.Permit;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of the heap that large requests use at a time. Each user gets a share of it, and
 * all clients without a token together get half, so that other users find the rest. Thread-safe;
 * any thread may close a permit.
 */
public final class MemoryBudget {

  private static final int UNIT = 1024;

  private final int units;
  private final Duration timeout;
  private final Semaphore free;
  private final Semaphore anonymous;
  private final int unitsOfUser;
  private final KeyedSemaphores<UUID> users;

  /**
   * Creates a budget.
   *
   * @param bytesOfUser the share of each user
   * @param timeout how long a thread waits for bytes
   */
  public MemoryBudget(long bytes, long bytesOfUser, Duration timeout) {
    this.units = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
    this.timeout = timeout;
    this.free = new Semaphore(units, true);
    this.anonymous = new Semaphore(units / 2, true);
    this.unitsOfUser = (int) Math.min(units, bytesOfUser / UNIT);
    this.users = new KeyedSemaphores<>(unitsOfUser);
  }

  /**
   * Takes bytes for the user of the current request; the user's share if that is less.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if the user's own requests take too much,
   *     {@link Problem#UNAVAILABLE} if those of all users do
   */
  public Permit take(long bytes) {
    UUID user = Caller.current().map(Caller::userId).orElse(null);
    long share = user == null ? units / 2 : unitsOfUser;
    int wanted = (int) Math.min(share, (bytes + UNIT - 1) / UNIT);
    long deadline = System.nanoTime() + timeout.toNanos();
    Permit ofUser = takeShare(user, wanted, deadline);
    try {
      Permit ofAll = KeyedSemaphores.acquire(free, wanted, deadline);
      return Permit.of(
          () -> {
            ofAll.close();
            ofUser.close();
          });
    } catch (TimeoutException e) {
      ofUser.close();
      throw new Refusal(Problem.UNAVAILABLE, "Too many large requests are being served.");
    } catch (RuntimeException e) {
      ofUser.close();
      throw e;
    }
  }

  private Permit takeShare(@Nullable UUID user, int wanted, long deadline) {
    try {
      return user == null
          ? KeyedSemaphores.acquire(anonymous, wanted, deadline)
          : users.acquire(user, wanted, deadline);
    } catch (TimeoutException e) {
      throw new Refusal(
          Problem.TOO_MANY_REQUESTS,
          "Too many of your large requests are being served. Wait for one to end.");
    }
  }

  public long free() {
    return (long) free.availablePermits() * UNIT;
  }
}
