package dev.annals.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annals.http.arrival.WatchedListener;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a response that is written without a thread. The container calls back when it can
 * write on, for the first time after all filters. It uses its objects for other requests after this
 * one has ended, so no thread touches them from then on.
 */
final class StreamOutput implements Network, WatchedListener, AsyncListener {

  private static final Logger log = LoggerFactory.getLogger(StreamOutput.class);

  private ServletOutputStream out;
  private AsyncContext request;
  private Runnable onEnd;
  private byte @Nullable [] unwritten;
  private boolean unflushed;
  private @Nullable Consumer<@Nullable Throwable> onLeft;
  private boolean writable;
  private boolean ended;
  private volatile Runnable cutOff = () -> {};

  /**
   * Begins the response, whose headers are set.
   *
   * @param onEnd called once when either side has ended it
   */
  void begin(HttpServletRequest servletRequest, ServletOutputStream body, Runnable onEnd) {
    this.out = body;
    this.onEnd = onEnd;
    this.request = servletRequest.startAsync();
    request.setTimeout(0);
    request.addListener(this);
    out.setWriteListener(this);
  }

  @Override
  public void send(String text, Consumer<@Nullable Throwable> onLeft) {
    synchronized (this) {
      this.unwritten = text.getBytes(UTF_8);
      this.onLeft = onLeft;
      if (!writable) {
        return;
      }
    }
    advance();
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      writable = true;
    }
    advance();
  }

  private void advance() {
    Consumer<@Nullable Throwable> left;
    Throwable failure = null;
    synchronized (this) {
      try {
        if (ended || !hasLeft()) {
          return;
        }
      } catch (IOException | RuntimeException gone) {
        failure = gone;
      }
      left = onLeft;
      onLeft = null;
    }
    if (left != null) {
      left.accept(failure);
    }
  }

  /** Writes as far as the network takes it. Returns false if the container calls back. */
  private boolean hasLeft() throws IOException {
    if (unwritten != null) {
      byte[] bytes = unwritten;
      unwritten = null;
      unflushed = true;
      out.write(bytes);
      if (!out.isReady()) {
        return false;
      }
    }
    if (unflushed) {
      unflushed = false;
      out.flush();
      return out.isReady();
    }
    return true;
  }

  /** Ends the response, all of which has left. */
  synchronized void complete() {
    if (!ended) {
      try {
        request.complete();
      } catch (IllegalStateException broken) {
        log.debug("The connection is broken, so the container ends the response", broken);
      }
    }
  }

  /** Closes the connection, even if the client does not read. */
  void cutOff() {
    cutOff.run();
  }

  @Override
  public void onWatched(Runnable action) {
    this.cutOff = action;
  }

  @Override
  public void onError(Throwable broken) {
    log.debug("The client has gone", broken);
  }

  @Override
  public void onComplete(AsyncEvent event) {
    synchronized (this) {
      ended = true;
    }
    onEnd.run();
  }

  @Override
  public void onTimeout(AsyncEvent event) {}

  @Override
  public void onError(AsyncEvent event) {}

  @Override
  public void onStartAsync(AsyncEvent event) {}
}
