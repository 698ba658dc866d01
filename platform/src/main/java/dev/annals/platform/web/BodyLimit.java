package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.start.Uploads;
import dev.annals.platform.web.Permits.Permit;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies of more than 1 MiB (of a file that is uploaded: more than that one may have) with
 * 413, before anything else looks at the request. A length that is announced is believed, since the
 * container reads no further; a chunked body is counted before it is passed on. Bodies other than
 * uploads are kept as a whole; a large one takes its part of the heap until its request is handled.
 */
final class BodyLimit extends OncePerRequestFilter {

  static final int MOST_BYTES = 1 << 20;

  private static final int LARGE_BYTES = 16 * 1024;
  // What is parsed of a body takes several times its bytes.
  private static final int HEAP_BYTES_OF_EACH = 8;

  private final long mostBytesOfUpload;
  private final MemoryBudget room;

  /** Makes one; large bodies have the room together. */
  BodyLimit(DataSize mostOfFile, MemoryBudget room) {
    // An upload is counted as it is read; what surrounds the file may have as much as any body.
    mostBytesOfUpload = mostOfFile.toBytes() + MOST_BYTES;
    this.room = room;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean upload =
        Uploads.isUpload(request.getMethod(), request.getRequestURI(), request.getContentType());
    boolean chunked = request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    long most = upload ? mostBytesOfUpload : MOST_BYTES;
    if (request.getContentLengthLong() > most) {
      throw tooLarge(most);
    } else if (upload || !(chunked || request.getContentLengthLong() > LARGE_BYTES)) {
      chain.doFilter(request, response);
    } else {
      try (BufferedRequest kept = new BufferedRequest(request, room)) {
        // To read makes the container ask for the body, whatever the head decides.
        if (chunked && request.getHeader(HttpHeaders.EXPECT) == null) {
          kept.getInputStream();
        }
        chain.doFilter(kept, response);
      }
    }
  }

  private static Refusal tooLarge(long most) {
    return new Refusal(Problem.CONTENT_TOO_LARGE, "A body may have at most " + most + " bytes.");
  }

  /** A request whose body is read as a whole before any of it is passed on. */
  private static final class BufferedRequest extends HttpServletRequestWrapper
      implements AutoCloseable {

    private final MemoryBudget room;
    private @Nullable ServletInputStream body;
    private Permit taken = () -> {};

    private BufferedRequest(HttpServletRequest request, MemoryBudget room) {
      super(request);
      this.room = room;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      if (body == null) {
        byte[] bytes = super.getInputStream().readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw tooLarge(MOST_BYTES);
        }
        if (bytes.length > LARGE_BYTES) {
          taken = room.take((long) bytes.length * HEAP_BYTES_OF_EACH);
        }
        body = new Bytes(bytes);
      }
      return body;
    }

    @Override
    public void close() {
      taken.close();
    }

    @Override
    public BufferedReader getReader() throws IOException {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }

  /** Bytes as a servlet's input. */
  private static final class Bytes extends ServletInputStream {

    private final ByteArrayInputStream bytes;

    private Bytes(byte[] bytes) {
      this.bytes = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return bytes.read(buffer, offset, length);
    }

    @Override
    public boolean isFinished() {
      return bytes.available() == 0;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("The body is read already");
    }
  }
}
