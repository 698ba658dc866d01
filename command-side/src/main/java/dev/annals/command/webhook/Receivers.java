package dev.annals.command.webhook;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.address.PublicAddresses;
import dev.annals.http.address.WebhookProperties;
import dev.annals.http.security.Caller;
import dev.annals.http.web.KeyedSemaphores;
import dev.annals.http.web.Permits.Permit;
import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Checks the addresses of receivers: an absolute {@code https} URL in ASCII (RFC 3986) without user
 * info and fragment, whose host has only public addresses at this time. A fragment would never be
 * sent. A delivery checks the address that it connects to again.
 *
 * <p>A lookup cannot be interrupted, so it has a thread, and a request waits at most 5 s for it. At
 * most two lookups of a user run at a time, 32 in all.
 */
@Component
class Receivers implements DisposableBean {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_LOOKUPS_PER_USER = 2;
  private static final int MAX_LOOKUPS = 32;
  private static final int MAX_PORT = 65_535;
  private static final Pattern ASCII = Pattern.compile("[!-~]*");
  // Programs differ in how they read one number, hexadecimal ones and leading zeros.
  private static final Pattern AMBIGUOUS =
      Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*|(?:[0-9]+\\.)*0[0-9][0-9.]*");

  /** Finds the addresses of a host. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final boolean publicOnly;
  private final Lookup lookup;
  private final Duration timeout;
  private final KeyedSemaphores<String> lookups = new KeyedSemaphores<>(MAX_LOOKUPS_PER_USER);
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MAX_LOOKUPS,
          30,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          new NamedThreadFactory("receiver-lookup"));

  @Autowired
  Receivers(WebhookProperties properties) {
    this(properties, InetAddress::getAllByName, TIMEOUT);
  }

  Receivers(WebhookProperties properties, Lookup lookup, Duration timeout) {
    this.publicOnly = properties.publicOnly();
    this.lookup = lookup;
    this.timeout = timeout;
  }

  /**
   * Returns the first rule that the URL breaks, empty if a webhook may have it.
   *
   * @throws Refusal {@code unavailable} if too many lookups run
   */
  Optional<String> violation(String text) {
    if (!ASCII.matcher(text).matches()) {
      return Optional.of("must be a URL in ASCII, with all other characters encoded");
    }
    Optional<URI> url = parse(text);
    return url.isPresent()
        ? violation(url.get())
        : Optional.of("must be an absolute URL with a host");
  }

  private static Optional<URI> parse(String text) {
    try {
      return Optional.of(new URI(text)).filter(url -> url.isAbsolute() && url.getHost() != null);
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  private Optional<String> violation(URI url) {
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && (publicOnly || !scheme.equals("http"))) {
      return Optional.of("must begin with https");
    }
    if (url.getRawUserInfo() != null) {
      return Optional.of("must have no user info");
    }
    if (url.getRawFragment() != null) {
      return Optional.of("must have no fragment");
    }
    if (url.getPort() == 0 || url.getPort() > MAX_PORT) {
      return Optional.of("must have a port from 1 to 65535");
    }
    if (AMBIGUOUS.matcher(url.getHost()).matches()) {
      return Optional.of("must have an IPv4 address of four decimal numbers");
    }
    Optional<InetAddress[]> found = addresses(url.getHost());
    if (found.isEmpty()) {
      return Optional.of("has a host that is not found");
    }
    return publicOnly && !Stream.of(found.get()).allMatch(PublicAddresses::isPublic)
        ? Optional.of("leads to an address that is not public")
        : Optional.empty();
  }

  private Optional<InetAddress[]> addresses(String host) {
    String user = Caller.current().map(caller -> caller.userId().toString()).orElse("");
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      Future<InetAddress[]> found = start(host, lookups.acquire(user, 1, deadline));
      return await(found, deadline);
    } catch (TimeoutException busy) {
      throw new Refusal(Problem.UNAVAILABLE, "Too many names are being looked up. Try again soon.");
    }
  }

  /** Starts a lookup, which gives back the permit when it ends, however late. */
  private Future<InetAddress[]> start(String host, Permit permit) {
    try {
      return threads.submit(
          () -> {
            try (permit) {
              return lookup.addresses(host);
            }
          });
    } catch (RejectedExecutionException busy) {
      permit.close();
      throw busy;
    }
  }

  private static Optional<InetAddress[]> await(Future<InetAddress[]> found, long deadline) {
    try {
      return Optional.of(found.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException | TimeoutException unknown) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a lookup", e);
    }
  }

  @Override
  public void destroy() {
    threads.shutdownNow();
  }
}
