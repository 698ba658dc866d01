package dev.annals.http.arrival;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A client that sends or reads a little every 100 ms. */
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

  /** Sends the first piece at once and one more every 100 ms. It repeats the last one. */
  static SlowClient sending(int port, String... pieces) throws IOException {
    SlowClient client = asking(port, pieces[0]);
    client.send(pieces, 1);
    return client;
  }

  /** Sends a request, with a small receive buffer for its response. */
  static SlowClient asking(int port, String request) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(64 * 1024);
    socket.setSoTimeout(10_000);
    socket.connect(new InetSocketAddress("localhost", port));
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    return new SlowClient(socket);
  }

  private void send(String[] pieces, int next) {
    var unused =
        CLOCK.schedule(
            () -> {
              try {
                socket.getOutputStream().write(pieces[next].getBytes(ISO_8859_1));
                send(pieces, Math.min(next + 1, pieces.length - 1));
              } catch (IOException closed) {
                // The server has closed the connection.
              }
            },
            100,
            TimeUnit.MILLISECONDS);
  }

  /** Reads until the server closes the connection. */
  String answer() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  /** Reads 200 kB a second for 5 s, then the rest until the server closes; returns the length. */
  long readSlowly() throws Exception {
    InputStream answer = socket.getInputStream();
    AtomicLong bytes = new AtomicLong();
    var reads =
        CLOCK.scheduleAtFixedRate(
            () -> {
              try {
                int read = answer.readNBytes(20_000).length;
                if (bytes.addAndGet(read) >= 1_000_000 || read < 20_000) {
                  throw new CancellationException("Done");
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            0,
            100,
            TimeUnit.MILLISECONDS);
    assertThatThrownBy(reads::get).hasRootCauseInstanceOf(CancellationException.class);
    return bytes.get() + answer.readAllBytes().length;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
