package dev.annals.platform.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A connection on which a byte is sent each 100 ms, until it is closed. */
final class SlowClient implements AutoCloseable {

  private static final ScheduledExecutorService CLOCK =
      Executors.newScheduledThreadPool(
          1,
          run -> {
            Thread thread = new Thread(run, "slow-clients");
            thread.setDaemon(true);
            return thread;
          });

  private final Socket socket;

  private SlowClient(Socket socket) {
    this.socket = socket;
  }

  /** Sends the beginning at once, and goes on with one byte after the other. */
  static SlowClient sending(int port, String beginning, String endless) throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(beginning.getBytes(ISO_8859_1));
    SlowClient client = new SlowClient(socket);
    client.send(endless);
    return client;
  }

  private void send(String bytes) {
    var unused =
        CLOCK.schedule(
            () -> {
              try {
                socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
                send(bytes);
              } catch (IOException closed) {
                // Nobody listens any more.
              }
            },
            100,
            TimeUnit.MILLISECONDS);
  }

  /** What comes back until the server closes. */
  String answer() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
