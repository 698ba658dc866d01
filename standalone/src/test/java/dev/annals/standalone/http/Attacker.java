package dev.annals.standalone.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * A client that sends costly requests on many connections from its own address. It counts the
 * answers by status; 0 is a connection that ends without an answer.
 */
final class Attacker {

  private static final String ADDRESS = "127.0.0.2";
  private static final int TIMEOUT_MILLIS = 60_000;

  private final URI url;
  private final ConcurrentMap<Integer, LongAdder> answers = new ConcurrentHashMap<>();

  Attacker(URI url) {
    this.url = url;
  }

  /** A request and the pace of reading its answer. */
  record Request(
      String method, String path, Map<String, String> headers, String body, boolean slowly) {

    static Request of(Client user, String method, String path, String json) {
      return new Request(method, path, user.headers(), json, false);
    }

    static Request get(Client user, String path) {
      return of(user, "GET", path, "");
    }

    Request with(String header, String value) {
      Map<String, String> more = new ConcurrentHashMap<>(headers);
      more.put(header, value);
      return new Request(method, path, more, body, slowly);
    }

    /** Reads one kilobyte of the answer per 100 ms. */
    Request readSlowly() {
      return new Request(method, path, headers, body, true);
    }

    byte[] bytes() {
      return body.getBytes(StandardCharsets.UTF_8);
    }

    byte[] head() {
      StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: annals\r\n");
      head.append("Connection: close\r\n");
      headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      if (!headers.containsKey("Content-Type") && !body.isEmpty()) {
        head.append("Content-Type: application/json\r\n");
      }
      if (!method.equals("GET")) {
        head.append("Content-Length: " + bytes().length + "\r\n");
      }
      return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  /** Returns the number of answers by status so far. */
  Map<Integer, Long> answers() {
    Map<Integer, Long> counts = new ConcurrentHashMap<>();
    answers.forEach((status, count) -> counts.put(status, count.sum()));
    return counts;
  }

  /** Repeats the requests on a number of parallel connections for a time. */
  void send(int connections, Duration time, List<Request> requests) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      int first = i;
      ends.add(
          threads.submit(
              () -> {
                for (int n = first; System.nanoTime() < end; n++) {
                  send(requests.get(n % requests.size()), end);
                }
              }));
    }
    threads.shutdown();
    for (Future<?> each : ends) {
      each.get();
    }
  }

  /** Opens connections and sends the beginning of a request on each. */
  List<Socket> begin(int connections, byte[] beginning) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Socket socket = open();
      sockets.add(socket);
      try {
        socket.getOutputStream().write(beginning);
      } catch (IOException refused) {
        count(0);
      }
    }
    return sockets;
  }

  private Socket open() throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.bind(new InetSocketAddress(ADDRESS, 0));
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()), TIMEOUT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void send(Request request, long end) {
    try (Socket socket = open()) {
      socket.getOutputStream().write(request.head());
      socket.getOutputStream().write(request.bytes());
      InputStream in = socket.getInputStream();
      count(statusOf(in));
      if (request.slowly()) {
        readSlowly(in, end);
      } else {
        in.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException closed) {
      count(0);
    }
  }

  private static void readSlowly(InputStream in, long end) throws IOException {
    byte[] kilobyte = new byte[1024];
    while (System.nanoTime() < end && in.read(kilobyte) >= 0) {
      pause(Duration.ofMillis(100));
    }
  }

  @SuppressWarnings("BusyWait") // Part of the attack; no test waits for it.
  static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int statusOf(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
      line.write(read);
    }
    String[] words = line.toString(StandardCharsets.ISO_8859_1).split(" ", -1);
    return words.length < 2 ? 0 : Integer.parseInt(words[1].strip());
  }

  private void count(int status) {
    answers.computeIfAbsent(status, first -> new LongAdder()).increment();
  }
}
