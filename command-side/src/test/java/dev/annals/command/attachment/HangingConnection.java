package dev.annals.command.attachment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Stands between a client and a server. While it hangs, connections are taken and nothing passes;
 * what was sent then may arrive late, when its sender is long gone.
 */
final class HangingConnection implements AutoCloseable {

  private final ServerSocket entrance;
  private final int server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile long hangsAfter = Long.MAX_VALUE;

  HangingConnection(int server) {
    this.server = server;
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** How many bytes have passed, both ways. */
  long passed() {
    return passed.get();
  }

  /** How many pieces of requests it has held up so far. */
  long held() {
    return held.get();
  }

  void hang() {
    gate = new CountDownLatch(1);
  }

  /** Lets so many bytes pass before it hangs. */
  void hangAfter(long bytes) {
    hangsAfter = passed.get() + bytes;
  }

  /**
   * Lets everything pass from now on.
   *
   * @return delivers what was held up
   */
  Runnable goOn() {
    CountDownLatch before = gate;
    hangsAfter = Long.MAX_VALUE;
    gate = new CountDownLatch(0);
    return before::countDown;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = entrance.accept();
      Socket there = new Socket(InetAddress.getLoopbackAddress(), server);
      sockets.add(client);
      sockets.add(there);
      run(() -> pass(client, there));
      run(() -> pass(there, client));
    }
  }

  private void pass(Socket from, Socket to) throws IOException {
    try (to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[1 << 14];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (passed.addAndGet(read) > hangsAfter && gate.getCount() == 0) {
          hang();
        }
        CountDownLatch closed = gate;
        if (closed.getCount() > 0) {
          held.incrementAndGet();
        }
        closed.await();
        out.write(buffer, 0, read);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void run(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // By either end.
              }
            },
            "line");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    gate.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
