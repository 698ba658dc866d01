package dev.annals.query.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.crypto.Sha256;
import dev.annals.http.web.PublicUrl;
import dev.annals.projection.model.TestMongo;
import dev.annals.query.QueryProgram;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/** The files of the console, over HTTP. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "management.server.port=-1")
class ConsoleTest {

  private static final Path FILES = Path.of("src/main/resources/console");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "svg", "image/svg+xml");
  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import)\\s*\\(?[\"']([@\\w./-]+)[\"']");
  private static final Pattern MAPPED = Pattern.compile("\"([^\"]+)\": \"(\\./[^\"]+)\"");

  private static TestMongo mongo;

  @LocalServerPort private int port;

  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  static void close() {
    mongo.close();
  }

  static List<String> paths() throws IOException {
    try (Stream<Path> files = Files.walk(FILES)) {
      return Stream.concat(
              Stream.of("/console/"),
              files
                  .filter(Files::isRegularFile)
                  .map(it -> "/console/" + FILES.relativize(it).toString().replace('\\', '/')))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void servesEachFileWithItsTypeAndTheHeadersOfPages(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path);

    assertThat(answer.statusCode()).isEqualTo(200);
    String type = path.endsWith("/") ? "html" : path.substring(path.lastIndexOf('.') + 1);
    assertThat(answer.headers().map())
        .containsEntry("content-type", List.of(TYPES.get(type)))
        .containsEntry("cache-control", List.of("no-cache"))
        .containsEntry("referrer-policy", List.of("no-referrer"))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry(
            "content-security-policy",
            List.of(
                "default-src 'none'; script-src 'self' 'sha256-"
                    + hash(importMap())
                    + "'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html"));
    assertThat(answer.headers().firstValue("ETag").orElseThrow()).startsWith("W/\"");
    HttpResponse<String> head = send("HEAD", path);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String header : List.of("content-type", "cache-control", "etag", "referrer-policy")) {
      assertThat(head.headers().map().get(header)).isEqualTo(answer.headers().map().get(header));
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void answers304ToAClientThatHasTheFile(String path) {
    String tag = send("GET", path).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> same = send("GET", path, "If-None-Match", tag);
    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(same.headers().map())
        .containsEntry("etag", List.of(tag))
        .containsEntry("cache-control", List.of("no-cache"));
    assertThat(send("GET", path, "If-None-Match", "W/\"another\"").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void servesEachImportedModuleAndNothingOfOtherHosts(String path) throws Exception {
    String text = send("GET", path).body();

    assertThat(text).doesNotContain(" style=\"", "onclick=\"", "javascript:");
    assertThat(text.replaceAll("http://www\\.w3\\.org/\\S+", ""))
        .doesNotContain("http://", "https://");
    if (path.endsWith(".js")) {
      for (MatchResult imported : IMPORT.matcher(text).results().toList()) {
        assertIsModule(URI.create(path), imported.group(1), new ArrayList<>());
      }
    }
  }

  private void assertIsModule(URI importing, String name, List<URI> seen) throws Exception {
    String target =
        name.startsWith(".")
            ? name
            : MAPPED
                .matcher(importMap())
                .results()
                .filter(it -> it.group(1).equals(name))
                .map(it -> "/console/" + it.group(2))
                .findFirst()
                .orElse(name);
    URI module = importing.resolve(target).normalize();
    if (seen.contains(module)) {
      return;
    }
    seen.add(module);
    HttpResponse<String> answer = send("GET", module.toString());
    assertThat(answer.statusCode()).as("%s of %s", name, importing).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .as(module.toString())
        .hasValue("text/javascript;charset=UTF-8");
    for (MatchResult imported : IMPORT.matcher(answer.body()).results().toList()) {
      assertIsModule(module, imported.group(1), seen);
    }
  }

  @Test
  void compressesModulesForClientsThatAcceptIt() {
    HttpResponse<String> answer = send("GET", "/console/app.css", "Accept-Encoding", "gzip");

    assertThat(answer.headers().map())
        .containsEntry("content-encoding", List.of("gzip"))
        .containsKey("etag");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | text/html | 302",
        "HEAD | text/html | 302",
        "GET | text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | 302",
        "GET | application/json, Text/HTML;q=0.1 | 302",
        "GET | */* | 401",
        "GET | text/* | 401",
        "GET | application/xhtml+xml | 401",
        "GET | text/html;q=0 | 401",
        "GET | text/html, broken | 401",
        "POST | text/html | 401",
        "OPTIONS | text/html | 401"
      })
  void leadsBrowsersFromTheRootToTheConsole(String method, String accept, int status) {
    HttpResponse<String> answer = send(method, "/", "Accept", accept);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().allValues("Location"))
        .isEqualTo(status == 302 ? List.of("/console/") : List.of());
  }

  @Test
  void answers401AtTheRootWithoutAnAcceptHeader() {
    assertThat(send("GET", "/").statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void redirectsToThePageWithItsSlash(String method) {
    HttpResponse<String> answer = send(method, "/console");

    assertThat(answer.statusCode()).isEqualTo(308);
    assertThat(answer.headers().allValues("Location")).containsExactly("/console/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/unheard-of",
        "/console/unheard-of.js",
        "/console/unheard-of.html",
        "/console/views",
        "/console/views/",
        "/console/app",
        "/console/app.js/",
        "/console/app.js.map",
        "/console/%61pp.js",
        "/console/lib/lit-html/",
        "/console/lib/lit-html/package.json",
        "/console/lib/swagger-ui/swagger-ui.css",
        "/console/lib/unheard-of/index.js"
      })
  void answers404BelowForUnknownPathsWithAnyMethod(String path) {
    for (String method : List.of("GET", "POST")) {
      HttpResponse<String> answer = send(method, path);
      assertThat(answer.statusCode()).as(method).isEqualTo(404);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(answer.body()).contains("\"urn:problem:not-found\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console",
        "/console/",
        "/console/index.html",
        "/console/app.js",
        "/console/app.css",
        "/console/lib/lit-html/lit-html.js"
      })
  void answers405ToMethodsThatAreNoReads(String path) {
    for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")) {
      HttpResponse<String> answer = send(method, path);
      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().allValues("Allow")).containsExactly("GET, HEAD");
      assertThat(answer.body()).contains("\"urn:problem:method-not-allowed\"");
    }
  }

  @ParameterizedTest
  @CsvSource({"/console", "/console/", "/console/app.js", "/console/unheard-of"})
  void answers404IfDisabled(String path) throws Exception {
    assertThat(handled("annals.console.enabled=false", path).getStatus()).isEqualTo(404);
    assertThat(filtered("annals.console.enabled=false")).isNull();
  }

  @Test
  void redirectsBelowThePathOfThePublicUrl() throws Exception {
    String url = "annals.public-url=https://notes.example.org/app/";

    assertThat(filtered(url).getHeader("Location")).isEqualTo("/app/console/");
    assertThat(handled(url, "/console").getHeader("Location")).isEqualTo("/app/console/");
  }

  private static MockHttpServletResponse handled(String property, String path) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
    MockHttpServletResponse response = new MockHttpServletResponse();
    ServletRequestPathUtils.parseAndCache(request);
    configured(property)
        .run(
            context ->
                ((HttpRequestHandler)
                        context
                            .getBean(SimpleUrlHandlerMapping.class)
                            .getHandlerMap()
                            .get("/console/**"))
                    .handleRequest(request, response));
    return response;
  }

  /** Returns the response to a browser that opens the site, null if the filter gives none. */
  private static MockHttpServletResponse filtered(String property) {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
    request.addHeader("Accept", "text/html");
    MockHttpServletResponse response = new MockHttpServletResponse();
    MockFilterChain rest = new MockFilterChain();
    configured(property)
        .run(
            context ->
                filter(context.getBean(FilterRegistrationBean.class), request, response, rest));
    return rest.getRequest() == null ? response : null;
  }

  private static void filter(
      FilterRegistrationBean<?> registration,
      MockHttpServletRequest request,
      MockHttpServletResponse response,
      MockFilterChain rest)
      throws ServletException, IOException {
    Filter filter = Objects.requireNonNull(registration.getFilter());
    filter.doFilter(request, response, rest);
  }

  private static WebApplicationContextRunner configured(String property) {
    return new WebApplicationContextRunner()
        .withUserConfiguration(PublicUrl.class, ConsoleConfiguration.class)
        .withPropertyValues(property);
  }

  private static String importMap() throws IOException {
    String page = Files.readString(FILES.resolve("index.html"));
    int start = page.indexOf("<script type=\"importmap\">") + 25;
    return page.substring(start, page.indexOf("</script>", start));
  }

  private static String hash(String text) {
    return Base64.getEncoder().encodeToString(Sha256.of(text));
  }

  private HttpResponse<String> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, BodyPublishers.noBody());
    try {
      return client.send(
          (headers.length == 0 ? request : request.headers(headers)).build(),
          BodyHandlers.ofString(UTF_8));
    } catch (IOException | InterruptedException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
  }
}
