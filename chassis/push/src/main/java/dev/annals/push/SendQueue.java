package dev.annals.push;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The frames for one client, in order: each is handed to the network when the one before has left.
 * No caller waits. Thread-safe.
 */
final class SendQueue {

  private static final Logger log = LoggerFactory.getLogger(SendQueue.class);

  /** From this size on the client is busy; the notifications of one batch may exceed it. */
  private static final int BUSY_THRESHOLD = 64 * 1024;

  private final Network network;
  private final Runnable onEased;
  private final Deque<String> frames = new ArrayDeque<>();
  private int characters;
  private boolean wasBusy;
  private boolean sending;
  private boolean closed;
  private Runnable whenEmpty;
  private long since = System.nanoTime();

  /**
   * Creates an empty queue.
   *
   * @param onEased called on any thread when the client is no longer busy
   */
  SendQueue(Network network, Runnable onEased) {
    this.network = network;
    this.onEased = onEased;
  }

  /** Appends a frame; does nothing once the queue is closed. */
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

  /** Refuses further frames, and runs the callback when the last one has left. */
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

  /** Drops all frames that have not left. */
  synchronized void close() {
    closed = true;
    frames.clear();
  }

  /** Returns true while the client has enough to read. */
  synchronized boolean isBusy() {
    return characters >= BUSY_THRESHOLD;
  }

  /** Returns true if a frame has not left within the limit: the client does not read. */
  synchronized boolean isStalled(Duration limit) {
    return sending && System.nanoTime() - since > limit.toNanos();
  }

  /** Returns true if nothing was sent for longer than the limit. */
  synchronized boolean isIdle(Duration limit) {
    return !sending && System.nanoTime() - since > limit.toNanos();
  }

  // A frame may leave at once, and then calls back within the call that sends it. The loop avoids a
  // recursion as deep as the queue.
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

  /** Hands a frame to the network. Returns true if it has left already. */
  private boolean handOver(String frame) {
    SendCompletion completion = new SendCompletion();
    try {
      network.send(frame, completion);
    } catch (RuntimeException gone) {
      failed(gone);
      return false;
    }
    return completion.isSecondPass();
  }

  private void failed(Throwable failure) {
    log.debug("A frame could not be sent", failure);
    close();
  }

  /** Passed twice, by the sender and when the frame has left. The second one continues. */
  private final class SendCompletion implements Consumer<@Nullable Throwable> {

    private final AtomicBoolean passed = new AtomicBoolean();

    boolean isSecondPass() {
      return passed.getAndSet(true);
    }

    @Override
    public void accept(@Nullable Throwable failure) {
      if (failure != null) {
        failed(failure);
      } else if (isSecondPass()) {
        sendNext();
      }
    }
  }
}
