package dev.annals.files;

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
 * A proxy that can hang: it still accepts connections but passes nothing on. Held bytes can be
 * delivered later, even after their sender has gone.
 */
final class HangingConnection implements AutoCloseable {

  private final ServerSocket listener;
  private final int server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong passed = new AtomicLong();
  private final AtomicLong held = new AtomicLong();
  private volatile CountDownLatch gate = new CountDownLatch(0);
  private volatile long hangsAfter = Long.MAX_VALUE;

  HangingConnection(int server) {
    this.server = server;
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Returns how many bytes have passed, in both directions. */
  long passed() {
    return passed.get();
  }

  /** Returns how many reads were held up so far. */
  long held() {
    return held.get();
  }

  void hang() {
    gate = new CountDownLatch(1);
  }

  /** Passes this many more bytes, then hangs. */
  void hangAfter(long bytes) {
    hangsAfter = passed.get() + bytes;
  }

  /**
   * Passes everything from now on.
   *
   * @return delivers the held bytes
   */
  Runnable resume() {
    CountDownLatch before = gate;
    hangsAfter = Long.MAX_VALUE;
    gate = new CountDownLatch(0);
    return before::countDown;
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket target = new Socket(InetAddress.getLoopbackAddress(), server);
      sockets.add(client);
      sockets.add(target);
      run(() -> pass(client, target));
      run(() -> pass(target, client));
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
                // One end has closed the connection.
              }
            },
            "hanging-connection");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    gate.countDown();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
