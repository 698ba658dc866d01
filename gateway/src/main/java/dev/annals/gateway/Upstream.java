package dev.annals.gateway;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process behind the gateway and its readiness. */
final class Upstream {

  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  private final URI url;
  private volatile boolean ready;

  /**
   * @param ready the readiness until the first check
   */
  Upstream(URI url, boolean ready) {
    this.url = url;
    this.ready = ready;
  }

  URI url() {
    return url;
  }

  boolean ready() {
    return ready;
  }

  void setReady(boolean nowReady) {
    if (ready != nowReady) {
      log.info("{} is {}", url, nowReady ? "ready" : "not ready");
    }
    ready = nowReady;
  }
}
