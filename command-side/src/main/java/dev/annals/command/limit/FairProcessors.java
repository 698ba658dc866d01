package dev.annals.command.limit;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.KeyedSemaphores;
import dev.annals.platform.web.Permits;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Runs work that keeps a processor busy, and leaves one processor to everything else. Addresses
 * take turns, and so do the accounts of one address: a client with much to do waits, others hardly
 * do. What waits holds a thread, for 2 s at most: 64 threads for one address, 128 in all.
 */
@Component
public class FairProcessors {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_OF_AN_ADDRESS = 64;
  private static final int MOST = 128;

  private final Permits<String> ofAnAddress = new Permits<>(MOST_OF_AN_ADDRESS);
  private final Semaphore all = new Semaphore(MOST);
  private final KeyedSemaphores<String> accounts = new KeyedSemaphores<>(1);
  private final KeyedSemaphores<String> addresses;
  private final Semaphore processors;
  private final Supplier<String> address;
  private final Duration patience;

  /**
   * @param request stands for the one that the current thread serves
   */
  @Autowired
  FairProcessors(ClientAddresses addresses, HttpServletRequest request) {
    this(
        Math.max(1, Runtime.getRuntime().availableProcessors() - 1),
        PATIENCE,
        // A start has no address.
        () -> RequestContextHolder.getRequestAttributes() == null ? "" : addresses.of(request));
  }

  /**
   * @param permits how much work runs at a time
   * @param patience how long work waits for its turn
   * @param address the address that the current thread works for
   */
  FairProcessors(int permits, Duration patience, Supplier<String> address) {
    this.processors = new Semaphore(permits, true);
    this.addresses = new KeyedSemaphores<>((permits + 1) / 2);
    this.address = address;
    this.patience = patience;
  }

  /**
   * Runs work for an account when it is its turn.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if too much waits for the address, {@link
   *     Problem#UNAVAILABLE} if too much waits in all or 2 s were not enough
   */
  public <T> T run(String account, Supplier<T> work) {
    String client = address.get();
    long deadline = System.nanoTime() + patience.toNanos();
    try (Permits.Permit inAddress = ofAnAddress.take(client);
        Permits.Permit inAll = KeyedSemaphores.acquire(all, 1, System.nanoTime());
        Permits.Permit ofAccount = accounts.acquire(client + " " + account, 1, deadline);
        Permits.Permit ofAddress = addresses.acquire(client, 1, deadline);
        Permits.Permit processor = KeyedSemaphores.acquire(processors, 1, deadline)) {
      return work.get();
    } catch (TimeoutException e) {
      throw new Refusal(Problem.UNAVAILABLE, "Too many passwords are looked at. Try again soon.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a turn", e);
    }
  }

  /**
   * Runs work that belongs to no account when it is its turn. All such work of an address counts as
   * that of one account.
   *
   * @throws Refusal as {@link #run(String, Supplier)}
   */
  public <T> T run(Supplier<T> work) {
    return run("", work);
  }
}
