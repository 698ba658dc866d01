package dev.annals.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * An HTTP connection that sends one request after the other. It is minimal, since it shares the
 * processors with the measured programs. For one thread at a time.
 */
final class Connection implements Closeable {

  private final int port;
  private Socket socket;
  private InputStream in;
  private OutputStream out;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int limit;

  Connection(int port) throws IOException {
    this.port = port;
    open();
  }

  private void open() throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(600_000);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /** A response. The head is the status line and the header fields. */
  @SuppressWarnings("ArrayRecordComponent") // Responses are not compared.
  record Response(int status, String head, byte[] body) {

    String header(String name) {
      int start =
          head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name.toLowerCase(Locale.ROOT) + ":");
      if (start < 0) {
        throw new IllegalStateException("no " + name + " in " + this);
      }
      int from = head.indexOf(':', start) + 1;
      return head.substring(from, head.indexOf("\r\n", from)).strip();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    Response expect(int wanted) {
      if (status != wanted) {
        throw new IllegalStateException(this.toString());
      }
      return this;
    }

    @Override
    public String toString() {
      return head + text();
    }
  }

  /** Returns the bytes of a request. */
  static byte[] request(String method, String path, String fields, String body) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String type =
        content.length == 0
            ? ""
            : "Content-Type: application/json\r\nContent-Length: " + content.length + "\r\n";
    byte[] head =
        (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + type + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = new byte[head.length + content.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(content, 0, whole, head.length, content.length);
    return whole;
  }

  Response send(byte[] request) throws IOException {
    out.write(request);
    String head = readHead();
    int status = Integer.parseInt(head, 9, 12, 10);
    String lower = head.toLowerCase(Locale.ROOT);
    byte[] body = new byte[0];
    int length = lower.indexOf("\r\ncontent-length:");
    if (length >= 0) {
      int from = length + "\r\ncontent-length:".length();
      body = readBytes(Integer.parseInt(head.substring(from, head.indexOf("\r\n", from)).strip()));
    } else if (lower.contains("\r\ntransfer-encoding: chunked")) {
      body = readChunks();
    }
    if (lower.contains("\r\nconnection: close")) {
      // As Tomcat does after a hundred requests.
      socket.close();
      open();
    }
    return new Response(status, head, body);
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder(512);
    int last = 0;
    while (last != 0x0d0a0d0a) {
      int next = read();
      head.append((char) next);
      last = last << 8 | next;
    }
    return head.toString();
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int length;
    do {
      StringBuilder size = new StringBuilder(8);
      for (int next = read(); next != '\n'; next = read()) {
        size.append((char) next);
      }
      length = Integer.parseInt(size.toString().strip(), 16);
      body.writeBytes(readBytes(length));
      readBytes(2);
    } while (length > 0);
    return body.toByteArray();
  }

  private byte[] readBytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    int done = 0;
    while (done < count) {
      if (position == limit) {
        fill();
      }
      int some = Math.min(count - done, limit - position);
      System.arraycopy(buffer, position, bytes, done, some);
      position += some;
      done += some;
    }
    return bytes;
  }

  private int read() throws IOException {
    if (position == limit) {
      fill();
    }
    return buffer[position++] & 0xff;
  }

  private void fill() throws IOException {
    limit = in.read(buffer);
    position = 0;
    if (limit < 0) {
      limit = 0;
      throw new EOFException();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
