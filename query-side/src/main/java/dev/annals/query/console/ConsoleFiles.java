package dev.annals.query.console;

import dev.annals.base.problem.Refusal;
import dev.annals.http.crypto.Sha256;
import dev.annals.http.problem.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpHeaders;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.util.ServletRequestPathUtils;
import org.webjars.WebJarVersionLocator;

/**
 * Serves the files under {@code /console/}: the page, the modules, and the libraries, which are
 * WebJars, under {@code lib}. Files stay in memory after their first request. Their entity tags are
 * weak, so that Tomcat compresses them.
 */
final class ConsoleFiles implements HttpRequestHandler {

  private static final String ROOT = "/console/";
  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  private static final Set<String> LIBRARIES = Set.of("lit-html", "stomp__stompjs", "uplot");
  private static final Pattern NAME =
      Pattern.compile("(?:lib/(?<library>[\\w-]+)/)?(?<path>[\\w./-]*\\w\\.(?<type>[a-z]+))");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "svg", "image/svg+xml");
  private static final Pattern IMPORT_MAP =
      Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

  private record File(String type, ByteArrayResource content, String tag) {}

  private final ConsoleProperties console;
  private final String address;
  private final Map<String, File> files = new ConcurrentHashMap<>();
  private final String policy;

  /**
   * Creates the handler.
   *
   * @param address the path of the console for clients
   */
  ConsoleFiles(ConsoleProperties console, String address) {
    this.console = console;
    this.address = address;
    this.policy =
        "default-src 'none'; script-src 'self' 'sha256-%s'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html"
            .formatted(hash(importMap()));
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String path =
        ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication().value();
    boolean isRoot = path.length() < ROOT.length();
    File file = console.enabled() && !isRoot ? find(path.substring(ROOT.length())) : null;
    if (file == null && !(console.enabled() && isRoot)) {
      Problems.write(Problems.ofStatus(404), request, response);
    } else if (!METHODS.contains(request.getMethod())) {
      Refusal refused = Problems.ofStatus(405).with(HttpHeaders.ALLOW, "GET, HEAD");
      Problems.write(refused, request, response);
    } else if (file == null) {
      ConsoleConfiguration.redirect(response, 308, address);
    } else {
      send(file, request, response);
    }
  }

  private void send(File file, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (new ServletWebRequest(request, response).checkNotModified(file.tag())) {
      return;
    }
    response.setContentType(file.type());
    response.setContentLengthLong(file.content().contentLength());
    if (request.getMethod().equals("GET")) {
      response.getOutputStream().write(file.content().getByteArray());
    }
  }

  private @Nullable File find(String name) {
    return files.computeIfAbsent(name.isEmpty() ? "index.html" : name, ConsoleFiles::read);
  }

  /** Reads a file, null if there is none. */
  private static @Nullable File read(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches() || name.contains("..") || !TYPES.containsKey(parts.group("type"))) {
      return null;
    }
    String library = parts.group("library");
    if (library != null && !LIBRARIES.contains(library)) {
      return null;
    }
    String resource =
        library == null
            ? ROOT + name
            : "/META-INF/resources/webjars/%s/%s/%s"
                .formatted(
                    library, new WebJarVersionLocator().version(library), parts.group("path"));
    try (InputStream stored = ConsoleFiles.class.getResourceAsStream(resource)) {
      if (stored == null) {
        return null;
      }
      byte[] bytes = stored.readAllBytes();
      String tag = "W/\"%s\"".formatted(hash(bytes));
      return new File(TYPES.get(parts.group("type")), new ByteArrayResource(bytes), tag);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the only script within the page. */
  private String importMap() {
    Matcher map =
        IMPORT_MAP.matcher(new String(find("").content().getByteArray(), StandardCharsets.UTF_8));
    if (!map.find()) {
      throw new IllegalStateException("The console's page has no import map.");
    }
    return map.group(1);
  }

  private static String hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hash(byte[] bytes) {
    return Base64.getEncoder().encodeToString(Sha256.digest().digest(bytes));
  }
}
