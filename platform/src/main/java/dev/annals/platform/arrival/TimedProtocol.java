package dev.annals.platform.arrival;

import dev.annals.platform.start.ArrivalProperties;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's HTTP/1.1, with a deadline for each request to arrive. Tomcat itself bounds the pause
 * between two bytes alone. It makes this by its class name.
 */
public final class TimedProtocol extends Http11NioProtocol {

  // Object.wait holds a carrier before; there are at most 256 of them.
  private static final int CARRIES_WAITS = 24;
  private static final int FEW = 100;
  private static final int SHARE_OF_HEAP = 8;
  private static final int BETWEEN_LOOKS_MILLIS = 100;

  private ArrivalProperties times;
  private volatile PendingBodies arrivals;
  private @Nullable Future<?> looks;

  void setTimes(ArrivalProperties times) {
    this.times = times;
  }

  ArrivalProperties times() {
    return times;
  }

  PendingBodies arrivals() {
    return arrivals;
  }

  @Override
  public void start() throws Exception {
    int most = mostWaiting();
    arrivals = new PendingBodies(most, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    super.start();
    if (getMaxThreads() > 0) {
      looks =
          getUtilityExecutor()
              .scheduleWithFixedDelay(
                  () -> freeThreads(most), 0, BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void stop() throws Exception {
    if (looks != null) {
      looks.cancel(false);
    }
    super.stop();
  }

  /** The other threads are there for all who do not make them wait. */
  private int mostWaiting() {
    int threads = getMaxThreads();
    if (threads > 0) {
      return threads - threads / 4;
    }
    // They are virtual.
    return Runtime.version().feature() < CARRIES_WAITS ? FEW : Integer.MAX_VALUE;
  }

  /** Hangs up on clients that do not read, on the slowest first, if they hold too many threads. */
  private void freeThreads(int most) {
    int tooMany = getEndpoint().getCurrentThreadsBusy() - most;
    if (tooMany > 0) {
      getEndpoint().getConnections().stream()
          .map(NioSocketWrapper.class::cast)
          .filter(TimedProtocol::makesAThreadWait)
          .map(connection -> Map.entry(connection.getLastWrite(), connection))
          .sorted(Map.Entry.comparingByKey())
          .limit(tooMany)
          .forEach(slow -> hangUp(slow.getValue()));
    }
  }

  // A processor that waits without a thread is the connection's current one.
  private static boolean makesAThreadWait(NioSocketWrapper connection) {
    return connection.interestOpsHas(SelectionKey.OP_WRITE)
        && connection.getCurrentProcessor() == null;
  }

  /** Wakes the thread that waits. */
  private static void hangUp(NioSocketWrapper connection) {
    try {
      SocketChannel channel = connection.getSocket().getIOChannel();
      if (channel != null) {
        channel.shutdownOutput();
      }
    } catch (IOException closed) {
      // Then nothing waits any more.
    }
  }

  @Override
  protected Processor createProcessor() {
    return new TimedProcessor(this, getAdapter());
  }
}
