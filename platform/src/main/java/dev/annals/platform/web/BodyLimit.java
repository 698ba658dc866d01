package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.ProblemAnswer;
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
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies of more than 1 MiB with 413, before anything else looks at the request. A length
 * that is announced is believed, since the container reads no further; a chunked body is counted,
 * and kept, before it is passed on.
 */
final class BodyLimit extends OncePerRequestFilter {

  static final int MOST_BYTES = 1 << 20;

  // Attachments and files have limits of their own.
  private static final Pattern UPLOAD = Pattern.compile("/tasks/[^/]+/attachments/?");

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getServletPath();
    String type = request.getContentType();
    return path.startsWith("/files/")
        || (request.getMethod().equals("POST")
            && UPLOAD.matcher(path).matches()
            && type != null
            && type.toLowerCase(Locale.ROOT).startsWith("multipart/"));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getContentLengthLong() > MOST_BYTES) {
      refuse(request, response);
    } else if (request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null) {
      chain.doFilter(request, response);
    } else {
      byte[] body = request.getInputStream().readNBytes(MOST_BYTES + 1);
      if (body.length > MOST_BYTES) {
        refuse(request, response);
      } else {
        chain.doFilter(new Kept(request, body), response);
      }
    }
  }

  private static void refuse(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    new ProblemAnswer(
            Problem.CONTENT_TOO_LARGE, "A body may have at most " + MOST_BYTES + " bytes.")
        .write(request, response);
  }

  /** A request whose body has been read. */
  private static final class Kept extends HttpServletRequestWrapper {

    private final ServletInputStream body;

    private Kept(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = new Bytes(body);
    }

    @Override
    public ServletInputStream getInputStream() {
      return body;
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
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
