package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
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
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses bodies of more than 1 MiB (of a file that is uploaded: more than that one may have) with
 * 413, before anything else looks at the request. A length that is announced is believed, since the
 * container reads no further; a chunked body is counted, and kept, before it is passed on.
 */
final class BodyLimit extends OncePerRequestFilter {

  static final int MOST_BYTES = 1 << 20;

  // They are counted as they are read; what surrounds the file may have as much as any body.
  private static final Pattern UPLOAD = Pattern.compile("/tasks/[^/]+/attachments/?");

  private final long mostBytesOfUpload;

  BodyLimit(DataSize mostOfFile) {
    mostBytesOfUpload = mostOfFile.toBytes() + MOST_BYTES;
  }

  private static boolean isUpload(HttpServletRequest request) {
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
    boolean upload = isUpload(request);
    long most = upload ? mostBytesOfUpload : MOST_BYTES;
    if (request.getContentLengthLong() > most) {
      throw tooLarge(most);
    } else if (upload || request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null) {
      chain.doFilter(request, response);
    } else {
      Kept kept = new Kept(request);
      // To read makes the container ask for the body, whatever the head decides.
      if (request.getHeader(HttpHeaders.EXPECT) == null) {
        kept.getInputStream();
      }
      chain.doFilter(kept, response);
    }
  }

  private static Refusal tooLarge(long most) {
    return new Refusal(Problem.CONTENT_TOO_LARGE, "A body may have at most " + most + " bytes.");
  }

  /** A request whose body is read as a whole before any of it is passed on. */
  private static final class Kept extends HttpServletRequestWrapper {

    private @Nullable ServletInputStream body;

    private Kept(HttpServletRequest request) {
      super(request);
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      if (body == null) {
        byte[] bytes = super.getInputStream().readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw tooLarge(MOST_BYTES);
        }
        body = new Bytes(bytes);
      }
      return body;
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
