package dev.annals.push;

import dev.annals.http.security.AccessToken;
import dev.annals.http.web.Permits;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one client. It takes one of the user's permits, and ends with the token, the
 * session or the program, or when the client does not read.
 */
abstract class Connection {

  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** Why the program ends a connection. */
  enum End {
    EXPIRED,
    REVOKED,
    SHUTDOWN
  }

  private final PushThreads threads;
  private final Clock clock;
  private final SendQueue sendQueue;
  private final Executor executor;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile long closingSince;
  private volatile @Nullable AccessToken token;
  private volatile Permits.Permit permit = () -> {};

  Connection(Network network, PushThreads threads, Clock clock) {
    this.threads = threads;
    this.clock = clock;
    this.executor = threads.serialExecutor();
    this.sendQueue = new SendQueue(network, () -> threads.run(this::wake));
  }

  /** Tells the client why the connection ends, and closes it when that is sent. */
  abstract void end(End why);

  /** Closes the connection, even if the client does not read. */
  abstract void cutOff();

  /**
   * Sends a heart-beat or a comment when one is due, and ends a client that has no token in time.
   * Called about once a second.
   */
  abstract void keepAlive();

  /** Returns true if the client's heart-beats are overdue. */
  abstract boolean isSilent();

  /** Continues to send after the client was busy. */
  abstract void wake();

  /** Ends what sends to the client. */
  abstract void endSources();

  /**
   * Accepts the client's token.
   *
   * @throws dev.annals.base.problem.Refusal if the user has too many connections
   */
  final void admit(AccessToken valid, Permits<UUID> permits) {
    permit = permits.take(valid.caller().userId());
    if (closing.get()) {
      permit.close();
    }
    token = valid;
  }

  /** Replaces the token by one of the same session. */
  final void renew(AccessToken next) {
    token = next;
  }

  /** Returns the client's token, null until it is admitted. */
  final @Nullable AccessToken token() {
    return token;
  }

  final Optional<UUID> sessionId() {
    return Optional.ofNullable(token).map(it -> it.caller().sessionId());
  }

  final boolean isExpired(AccessToken held) {
    return !clock.instant().isBefore(held.expiresAt());
  }

  /** Returns an executor that reads for this client, one read at a time. */
  public final Executor executor() {
    return executor;
  }

  /** Returns true while the client has enough to read. */
  public final boolean isBusy() {
    return sendQueue.isBusy();
  }

  final void send(String text) {
    sendQueue.send(text);
  }

  /** Returns true if nothing was sent for longer than the limit. */
  final boolean isIdle(Duration limit) {
    return sendQueue.isIdle(limit);
  }

  /** Checks the time limits; called about once a second. */
  final void tick() {
    AccessToken held = token;
    if (sendQueue.isStalled(STALL_TIMEOUT) || isSilent()) {
      cutOff();
    } else if (isEnding()) {
      if (elapsed(closingSince, CLOSE_TIMEOUT)) {
        cutOff();
      }
    } else if (held != null && isExpired(held)) {
      end(End.EXPIRED);
    } else {
      keepAlive();
    }
  }

  final void revoke() {
    if (!isEnding()) {
      end(End.REVOKED);
    }
  }

  /** Ends the connection, since the program stops. Completes when it is closed. */
  final CompletableFuture<Void> shutDown() {
    if (!isEnding()) {
      end(End.SHUTDOWN);
    }
    return closed;
  }

  /** Returns true if the connection closes as soon as its queue is empty. */
  final boolean isEnding() {
    return closingSince != 0;
  }

  final void closeWhenSent(Runnable disconnect) {
    closingSince = System.nanoTime() | 1;
    sendQueue.closeWhenEmpty(() -> close(disconnect));
  }

  // On another thread: closing may have to wait until the network gives up the frame it holds.
  final void close(Runnable disconnect) {
    if (closing.compareAndSet(false, true)) {
      threads.run(
          () -> {
            release();
            disconnect.run();
          });
    }
  }

  /** Releases everything after either side has closed the connection. */
  final void onClosed() {
    closing.set(true);
    release();
    closed.complete(null);
  }

  /** Releases everything, once the connection is closing. */
  final void releaseIfClosing() {
    if (closing.get()) {
      release();
    }
  }

  private void release() {
    permit.close();
    sendQueue.close();
    endSources();
  }

  static boolean elapsed(long since, Duration limit) {
    return System.nanoTime() - since > limit.toNanos();
  }
}
