package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A side that sends {@code 100 Continue} for paths with {@code wanted} and answers others with 415
 * before the body. Each connection serves one request.
 */
record RawSide(ServerSocket socket, ExecutorService threads, List<String> received)
    implements AutoCloseable {

  static RawSide start() throws IOException {
    RawSide side =
        new RawSide(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            Executors.newCachedThreadPool(),
            new CopyOnWriteArrayList<>());
    side.threads.execute(side::listen);
    return side;
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.read());
      }
      if (head.indexOf("/readyz") > 0) {
        say(client, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      } else if (head.indexOf("/wanted") > 0) {
        say(client, "HTTP/1.1 100 Continue\r\n\r\n");
        int length = head.indexOf("chunked") > 0 ? "4\r\nbody\r\n0\r\n\r\n".length() : 4;
        received.add(new String(in.readNBytes(length), ISO_8859_1));
        say(client, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
      } else {
        say(client, "HTTP/1.1 415 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      }
    } catch (IOException gone) {
      received.add(gone.toString());
    }
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  int port() {
    return socket.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
