package dev.annals.platform.arrival;

import java.time.Duration;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * Tomcat's HTTP/1.1, with a deadline for each request to arrive. Tomcat itself bounds the pause
 * between two bytes alone. It makes this by its class name.
 */
public final class TimedProtocol extends Http11NioProtocol {

  // Object.wait holds a carrier before; there are at most 256 of them.
  private static final int CARRIES_WAITS = 24;
  private static final int FEW = 100;
  private static final int SHARE_OF_HEAP = 8;

  private Duration head = Duration.ofSeconds(10);
  private Duration body = Duration.ofSeconds(30);
  private volatile Arrivals arrivals;

  void setTimes(Duration head, Duration body) {
    this.head = head;
    this.body = body;
  }

  Duration head() {
    return head;
  }

  Duration body() {
    return body;
  }

  Arrivals arrivals() {
    return arrivals;
  }

  @Override
  public void start() throws Exception {
    arrivals = new Arrivals(mostWaiting(), Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    super.start();
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

  @Override
  protected Processor createProcessor() {
    return new TimedProcessor(this, getAdapter());
  }
}
