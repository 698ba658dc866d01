package dev.annals.http.arrival;

import dev.annals.base.start.ArrivalProperties;
import dev.annals.base.start.Uploads;
import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1 protocol with a deadline for each request. Tomcat itself only bounds the pause
 * between two bytes. It instantiates this class by its name.
 */
public final class TimedProtocol extends Http11NioProtocol {

  /** The request attribute with the bytes of all header fields. */
  static final String FIELD_BYTES = TimedProtocol.class.getName() + ".fieldBytes";

  // Before this version Object.wait pins a carrier thread, and there are at most 256 of them.
  private static final int FIRST_JAVA_WITHOUT_PINNING = 24;
  private static final int MAX_WAITING_IF_PINNED = 100;
  private static final int SHARE_OF_HEAP = 8;
  private static final int CHECK_INTERVAL_MILLIS = 1_000;
  private static final int CHECK_INTERVAL_UNDER_LOAD_MILLIS = 100;

  private ArrivalProperties times;
  private Uploads uploads;
  private volatile PendingBodies pendingBodies;
  private @Nullable Future<?> check;
  private boolean checking;

  /**
   * Returns the bytes of all header fields.
   *
   * @throws IllegalStateException if the request has arrived by another protocol
   */
  public static int fieldBytes(ServletRequest request) {
    if (request.getAttribute(FIELD_BYTES) instanceof Integer bytes) {
      return bytes;
    }
    throw new IllegalStateException("The fields of the request were not counted.");
  }

  void configure(ArrivalProperties times, Uploads uploads) {
    this.times = times;
    this.uploads = uploads;
  }

  Uploads uploads() {
    return uploads;
  }

  ArrivalProperties times() {
    return times;
  }

  PendingBodies pendingBodies() {
    return pendingBodies;
  }

  @Override
  public void start() throws Exception {
    int maxWaiting = maxWaiting();
    pendingBodies = new PendingBodies(maxWaiting, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    super.start();
    if (getMaxThreads() > 0) {
      checking = true;
      checkAfter(CHECK_INTERVAL_MILLIS, maxWaiting);
    }
  }

  @Override
  public void stop() throws Exception {
    stopChecking();
    super.stop();
  }

  private synchronized void stopChecking() {
    checking = false;
    if (check != null) {
      check.cancel(false);
    }
  }

  private synchronized void checkAfter(int millis, int maxWaiting) {
    if (checking) {
      check = getUtilityExecutor().schedule(() -> check(maxWaiting), millis, TimeUnit.MILLISECONDS);
    }
  }

  private void check(int maxWaiting) {
    boolean loaded = getEndpoint().getCurrentThreadsBusy() > maxWaiting / 2;
    try {
      freeThreads(maxWaiting);
    } finally {
      checkAfter(loaded ? CHECK_INTERVAL_UNDER_LOAD_MILLIS : CHECK_INTERVAL_MILLIS, maxWaiting);
    }
  }

  /** Returns how many threads may wait for slow clients. The others serve the other clients. */
  private int maxWaiting() {
    int threads = getMaxThreads();
    if (threads > 0) {
      return threads - threads / 4;
    }
    // Threads are virtual.
    return Runtime.version().feature() < FIRST_JAVA_WITHOUT_PINNING
        ? MAX_WAITING_IF_PINNED
        : Integer.MAX_VALUE;
  }

  /** Closes connections that do not read, the slowest first, if they hold too many threads. */
  private void freeThreads(int maxWaiting) {
    int excess = getEndpoint().getCurrentThreadsBusy() - maxWaiting;
    if (excess > 0) {
      getEndpoint().getConnections().stream()
          .map(NioSocketWrapper.class::cast)
          .filter(TimedProtocol::blocksThread)
          .map(connection -> Map.entry(connection.getLastWrite(), connection))
          .sorted(Map.Entry.comparingByKey())
          .limit(excess)
          .forEach(slow -> close(slow.getValue()));
    }
  }

  // A processor that waits without a thread stays the connection's current one.
  private static boolean blocksThread(NioSocketWrapper connection) {
    return connection.interestOpsHas(SelectionKey.OP_WRITE)
        && connection.getCurrentProcessor() == null;
  }

  /** Wakes the waiting thread by closing the connection. */
  private static void close(NioSocketWrapper connection) {
    try {
      SocketChannel channel = connection.getSocket().getIOChannel();
      if (channel != null) {
        channel.shutdownOutput();
      }
    } catch (IOException closed) {
      // No thread waits on a closed connection.
    }
  }

  /** Compresses answers to GET only, since those to POST can hold tokens and secrets. */
  @Override
  public boolean useCompression(Request request, Response response) {
    // Tomcat would compress files, too, by a transfer coding.
    request.getMimeHeaders().removeHeader("TE");
    return "GET".equals(request.getMethod()) && super.useCompression(request, response);
  }

  @Override
  protected Processor createProcessor() {
    return new TimedProcessor(this, getAdapter());
  }
}
