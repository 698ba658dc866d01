package dev.annals.http.web;

import dev.annals.base.start.Uploads;
import dev.annals.base.web.BodyProperties;
import dev.annals.http.web.Permits.Permit;
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
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Rejects bodies of more than 1 MiB, and uploads above the file limit, with 413, before other
 * filters read the request. It trusts Content-Length, since the container reads no further, and
 * counts a chunked body before it passes it on. Bodies are buffered, except uploads; a large body
 * takes part of a memory budget until the request ends.
 */
final class BodyLimit extends OncePerRequestFilter {

  private static final int LARGE_BYTES = 16 * 1024;
  // A parsed body takes several times its bytes.
  private static final int HEAP_BYTES_PER_BYTE = 8;

  private final BodyProperties limits;
  private final Uploads uploads;
  private final MemoryBudget budget;

  BodyLimit(BodyProperties limits, Uploads uploads, MemoryBudget budget) {
    this.limits = limits;
    this.uploads = uploads;
    this.budget = budget;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    boolean upload =
        uploads.isUpload(request.getMethod(), request.getRequestURI(), request.getContentType());
    boolean chunked = request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null;
    long max = limits.maxBytes(upload);
    if (request.getContentLengthLong() > max) {
      throw BodyProperties.tooLarge(max);
    } else if (upload || !(chunked || request.getContentLengthLong() > LARGE_BYTES)) {
      chain.doFilter(request, response);
    } else {
      try (BufferedRequest buffered = new BufferedRequest(request, budget)) {
        // Reading would send 100 Continue before the head is checked.
        if (chunked && request.getHeader(HttpHeaders.EXPECT) == null) {
          buffered.getInputStream();
        }
        chain.doFilter(buffered, response);
      }
    }
  }

  private static final class BufferedRequest extends HttpServletRequestWrapper
      implements AutoCloseable {

    private final MemoryBudget budget;
    private @Nullable ServletInputStream body;
    private Permit permit = () -> {};

    private BufferedRequest(HttpServletRequest request, MemoryBudget budget) {
      super(request);
      this.budget = budget;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      if (body == null) {
        byte[] bytes = super.getInputStream().readNBytes(BodyProperties.MAX_BYTES + 1);
        if (bytes.length > BodyProperties.MAX_BYTES) {
          throw BodyProperties.tooLarge(BodyProperties.MAX_BYTES);
        }
        if (bytes.length > LARGE_BYTES) {
          permit = budget.take((long) bytes.length * HEAP_BYTES_PER_BYTE);
        }
        body = new Bytes(bytes);
      }
      return body;
    }

    @Override
    public void close() {
      permit.close();
    }

    @Override
    public BufferedReader getReader() throws IOException {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }

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
      throw new IllegalStateException("The body has been read already");
    }
  }
}
