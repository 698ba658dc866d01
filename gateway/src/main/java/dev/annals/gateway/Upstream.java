package dev.annals.gateway;

import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process behind the gateway, and whether it wants requests at the moment. */
final class Upstream {

  private static final Logger log = LoggerFactory.getLogger(Upstream.class);

  private final URI url;
  // Until it is known, it is worth a try.
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

  void become(boolean nowReady) {
    if (ready != nowReady) {
      log.info("{} is {}", url, nowReady ? "ready" : "not ready");
    }
    ready = nowReady;
  }
}
