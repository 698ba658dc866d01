package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sends raw requests one after another on the same connection while the server keeps it open. Each
 * answer must be well-formed HTTP/1.1 (RFC 9112), since the next one cannot be read otherwise.
 */
final class RawConnection implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 60_000;

  private final URI url;
  private Socket socket;
  private InputStream in;

  RawConnection(URI url) {
    this.url = url;
  }

  /**
   * A request.
   *
   * @param target the target of the request line
   * @param headers header lines without line ends, one byte per character
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Request(String method, String target, String version, List<String> headers, byte[] body) {

    private byte[] bytes() {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      String head = method + " " + target + " " + version + "\r\n";
      for (String header : headers) {
        head += header + "\r\n";
      }
      bytes.writeBytes((head + "\r\n").getBytes(ISO_8859_1));
      bytes.writeBytes(body);
      return bytes.toByteArray();
    }
  }

  /** A final answer; interim answers are skipped. */
  @SuppressWarnings("ArrayRecordComponent")
  record Reply(int status, List<String> headers, byte[] body) {

    List<String> all(String name) {
      return headers.stream()
          .filter(
              line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .toList();
    }

    Optional<String> header(String name) {
      return all(name).stream().findFirst();
    }

    String text() {
      return new String(body, UTF_8);
    }
  }

  /**
   * Sends a request and returns the answer.
   *
   * @throws IOException if no well-formed answer arrives
   */
  Reply send(Request request) throws IOException {
    try {
      return once(request);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Reply once(Request request) throws IOException {
    if (socket == null) {
      socket = new Socket(url.getHost(), url.getPort());
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
    }
    try {
      socket.getOutputStream().write(request.bytes());
      socket.getOutputStream().flush();
    } catch (IOException refused) {
      // The answer may have arrived before the error.
    }
    Reply reply = read(request.method());
    if (closes(request, reply)) {
      close();
    }
    return reply;
  }

  private static boolean closes(Request request, Reply reply) {
    return request.version().equals("HTTP/1.0")
        || reply.all("Connection").stream().anyMatch(it -> it.equalsIgnoreCase("close"))
        || endless(reply.headers());
  }

  private static boolean endless(List<String> headers) {
    return headers.stream()
        .anyMatch(
            line -> line.toLowerCase(Locale.ROOT).startsWith("content-type: text/event-stream"));
  }

  private Reply read(String method) throws IOException {
    int status;
    List<String> headers;
    do {
      String line = line();
      if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9] .*")) {
        throw new IOException("no status line: " + line);
      }
      status = Integer.parseInt(line.substring(9, 12));
      headers = new ArrayList<>();
      for (String header = line(); !header.isEmpty(); header = line()) {
        headers.add(header);
      }
    } while (status == 100);
    if (method.equals("HEAD") || status == 204 || status == 304 || status < 200) {
      return new Reply(status, headers, new byte[0]);
    }
    Reply head = new Reply(status, headers, new byte[0]);
    try {
      return endless(headers) ? head : new Reply(status, headers, body(head));
    } catch (IOException unread) {
      throw new IOException(head + " has no end", unread);
    }
  }

  private byte[] body(Reply head) throws IOException {
    if (head.header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
      return chunks();
    }
    Optional<String> length = head.header("Content-Length");
    if (length.isEmpty()) {
      byte[] rest = in.readAllBytes();
      close();
      return rest;
    }
    return exactly(Integer.parseInt(length.get()));
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line().replaceFirst(";.*", "").strip(), 16);
      body.writeBytes(exactly(size));
      if (!line().isEmpty()) {
        throw new IOException("a chunk that does not end");
      }
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("cut off");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException(line.size() == 0 ? "closed without an answer" : "cut off");
      }
      line.write(next);
    }
    return line.toString(ISO_8859_1).replaceFirst("\r$", "");
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
      socket = null;
    }
  }
}
