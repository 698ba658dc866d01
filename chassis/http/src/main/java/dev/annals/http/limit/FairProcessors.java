package dev.annals.http.limit;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.KeyedSemaphores;
import dev.annals.http.web.Permits;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Runs CPU-bound work, and leaves one processor for everything else. Addresses take turns, and so
 * do the accounts of an address, so a client with much work delays others little. Waiting work
 * holds a thread, for up to 2 s: up to 64 threads for an address, 128 in all.
 */
public class FairProcessors {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_WAITING_PER_ADDRESS = 64;
  private static final int MAX_WAITING = 128;

  private final Permits<String> waitingOfAddress = new Permits<>(MAX_WAITING_PER_ADDRESS);
  private final Semaphore waiting = new Semaphore(MAX_WAITING);
  private final KeyedSemaphores<String> accounts = new KeyedSemaphores<>(1);
  private final KeyedSemaphores<String> addresses;
  private final Semaphore processors;
  private final Supplier<String> address;
  private final Duration timeout;

  /**
   * @param request a proxy of the current thread's request
   */
  @Autowired
  FairProcessors(ClientAddresses addresses, HttpServletRequest request) {
    this(
        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
        DEFAULT_TIMEOUT,
        // There is no address at startup.
        () -> RequestContextHolder.getRequestAttributes() == null ? "" : addresses.of(request));
  }

  /**
   * @param permits how many pieces of work run at a time
   * @param timeout how long work waits
   * @param address returns the client address of the current thread
   */
  FairProcessors(int permits, Duration timeout, Supplier<String> address) {
    this.processors = new Semaphore(permits, true);
    this.addresses = new KeyedSemaphores<>((permits + 1) / 2);
    this.address = address;
    this.timeout = timeout;
  }

  /**
   * Runs work for an account when its turn comes.
   *
   * @param account empty for work without an account; all such work of an address counts as one
   * @param busy the detail of the refusal if the turn does not come
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if too much work of the address waits, {@link
   *     Problem#UNAVAILABLE} if too much work waits in all or the turn does not come within 2 s
   */
  public <T> T run(String account, String busy, Supplier<T> work) {
    String client = address.get();
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Permits.Permit inAddress = waitingOfAddress.take(client);
        Permits.Permit inWaiting = KeyedSemaphores.acquire(waiting, 1, System.nanoTime());
        Permits.Permit ofAccount = accounts.acquire(client + " " + account, 1, deadline);
        Permits.Permit ofAddress = addresses.acquire(client, 1, deadline);
        Permits.Permit processor = KeyedSemaphores.acquire(processors, 1, deadline)) {
      return work.get();
    } catch (TimeoutException e) {
      throw new Refusal(Problem.UNAVAILABLE, busy);
    }
  }
}
