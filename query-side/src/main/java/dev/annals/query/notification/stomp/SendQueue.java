package dev.annals.query.notification.stomp;

import jakarta.websocket.RemoteEndpoint;
import jakarta.websocket.SendHandler;
import jakarta.websocket.SendResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is on its way to one client, in order: each frame is handed to the network when the one
 * before has left. No caller ever waits. For use by many threads.
 */
final class SendQueue {

  private static final Logger log = LoggerFactory.getLogger(SendQueue.class);

  /** From here on the client is busy; the notifications of one batch may still go beyond it. */
  private static final int BUSY_THRESHOLD = 64 * 1024;

  private final RemoteEndpoint.Async network;
  private final Runnable onEased;
  private final Deque<String> frames = new ArrayDeque<>();
  private int characters;
  private boolean wasBusy;
  private boolean sending;
  private boolean closed;
  private Runnable whenEmpty;
  private long since = System.nanoTime();

  /**
   * Makes an empty one.
   *
   * @param onEased called, by whichever thread, when the client is busy no more
   */
  SendQueue(RemoteEndpoint.Async network, Runnable onEased) {
    this.network = network;
    this.onEased = onEased;
  }

  /** Sends a frame after those before it; does nothing once it is closed. */
  void send(String frame) {
    synchronized (this) {
      if (closed || whenEmpty != null) {
        return;
      }
      frames.add(frame);
      characters += frame.length();
      wasBusy |= characters >= BUSY_THRESHOLD;
      if (sending) {
        return;
      }
      sending = true;
    }
    sendNext();
  }

  /** Takes no more frames, and calls back when the last one has left. */
  void closeWhenEmpty(Runnable done) {
    synchronized (this) {
      whenEmpty = done;
      if (sending) {
        return;
      }
      closed = true;
    }
    done.run();
  }

  /** Forgets what is left. */
  synchronized void close() {
    closed = true;
    frames.clear();
  }

  /** Whether the client has enough to read for now. */
  synchronized boolean isBusy() {
    return characters >= BUSY_THRESHOLD;
  }

  /** Whether the frame that is being sent has been for so long: the client does not read. */
  synchronized boolean isStalled(Duration limit) {
    return sending && System.nanoTime() - since > limit.toNanos();
  }

  /** Whether nothing was sent for so long. */
  synchronized boolean isIdle(Duration limit) {
    return !sending && System.nanoTime() - since > limit.toNanos();
  }

  // A frame may leave at once, and would call back from within the call that sends it. The loop
  // keeps that from becoming a recursion as deep as the queue is long.
  private void sendNext() {
    while (true) {
      String frame;
      Runnable done = null;
      boolean eased;
      synchronized (this) {
        frame = frames.poll();
        since = System.nanoTime();
        sending = frame != null;
        if (sending) {
          characters -= frame.length();
        } else {
          characters = 0;
          if (whenEmpty != null && !closed) {
            closed = true;
            done = whenEmpty;
          }
        }
        eased = wasBusy && characters < BUSY_THRESHOLD / 2;
        wasBusy &= !eased;
      }
      if (eased) {
        onEased.run();
      }
      if (done != null) {
        done.run();
      }
      if (frame == null || !handOver(frame)) {
        return;
      }
    }
  }

  /** Hands a frame to the network; says whether it has left already. */
  private boolean handOver(String frame) {
    SendCompletion completion = new SendCompletion();
    try {
      network.sendText(frame, completion);
    } catch (RuntimeException gone) {
      failed(gone);
      return false;
    }
    return completion.isSecond();
  }

  private void failed(Throwable failure) {
    log.debug("The client is gone", failure);
    close();
  }

  /** Passed twice, by the sender and when the frame has left; whoever comes second goes on. */
  private final class SendCompletion implements SendHandler {

    private final AtomicBoolean passed = new AtomicBoolean();

    boolean isSecond() {
      return passed.getAndSet(true);
    }

    @Override
    public void onResult(SendResult result) {
      if (!result.isOK()) {
        failed(result.getException());
      } else if (isSecond()) {
        sendNext();
      }
    }
  }
}
