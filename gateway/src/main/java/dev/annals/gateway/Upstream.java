package dev.annals.gateway;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process behind the gateway and its readiness. */
final class Upstream {

  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  private final URI url;
  // Assumed until the first check.
  private volatile boolean ready = true;

  Upstream(String url) {
    this.url = URI.create(url);
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
