package dev.annals.push.webhook;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on a free port, which answers each request as it is told. */
final class Receiver implements AutoCloseable {

  /** A request: its lines before the body, and the body. */
  record Request(List<String> head, String body) {

    Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>();
      head.stream()
          .skip(1)
          .map(line -> line.split(": ", 2))
          .forEach(line -> headers.put(line[0].toLowerCase(Locale.ROOT), line[1]));
      return headers;
    }

    String id() {
      return headers().get("webhook-id");
    }
  }

  /** Writes an answer. */
  @FunctionalInterface
  interface Script {
    void answer(Request request, OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile Script script;

  Receiver(Script script) {
    this("127.0.0.1", 0, script);
  }

  Receiver(String address, int port, Script script) {
    this.script = script;
    try {
      server = new ServerSocket(port, 50, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  static Script status(int status) {
    return text("HTTP/1.1 " + status + " Status\r\nContent-Length: 2\r\n\r\nOK");
  }

  static Script text(String answer) {
    return (request, out) -> out.write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  void answer(Script other) {
    script = other;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/hook?a=b");
  }

  int port() {
    return server.getLocalPort();
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        threads.execute(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      Request request = read(new BufferedInputStream(client.getInputStream()));
      requests.add(request);
      script.answer(request, client.getOutputStream());
    } catch (IOException closed) {
      // The client ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("The request is not whole");
      }
      head.write(next);
    }
    List<String> lines = head.toString(StandardCharsets.US_ASCII).lines().toList();
    Request request = new Request(lines.subList(0, lines.size() - 1), "");
    int length = Integer.parseInt(request.headers().getOrDefault("content-length", "0"));
    return new Request(request.head(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
