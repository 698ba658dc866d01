package dev.annals.base.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.CannotStartException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.HttpHeaders;

/**
 * The pages of other hosts that may use the API from a browser (Fetch Standard, 3.3). Credentials
 * such as cookies are not allowed, since the API has bearer tokens only.
 *
 * @param origins the origins, besides the program's own, whose pages may use the API and the
 *     WebSocket, such as {@code https://app.example.org}. Behind a gateway only the gateway needs
 *     them
 */
@ConfigurationProperties("annals.cors")
public record CorsProperties(@DefaultValue List<String> origins) {

  // Browsers send origins in lower case and without default ports.
  private static final Pattern NEVER_SENT =
      Pattern.compile(".*[A-Z].*|http:.*:80|https:.*:443|.*:");
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "DELETE");
  private static final String REQUEST_HEADERS =
      "Authorization, Content-Type, If-Match, If-None-Match, Range, Idempotency-Key,"
          + " Consistency-Token, Last-Event-ID, X-Request-Id";
  private static final String RESPONSE_HEADERS =
      "Accept-Ranges, Allow, Cache-Status, Consistency-Token, Content-Disposition, Content-Range,"
          + " ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate,"
          + " X-Request-Id";
  private static final String PREFLIGHT_SECONDS = "3600";

  /**
   * @throws CannotStartException if a value is no origin
   */
  public CorsProperties {
    if (!origins.stream().allMatch(CorsProperties::isOrigin)
        || origins.stream().anyMatch(NEVER_SENT.asMatchPredicate())) {
      throw new CannotStartException(
          "The property annals.cors.origins must be origins as browsers send them, such as"
              + " https://app.example.org, separated by commas.");
    }
  }

  /** Returns whether a text is a scheme, a host and an optional port, and nothing else. */
  public static boolean isOrigin(String text) {
    try {
      URI url = new URI(text);
      return url.getHost() != null
          && SCHEMES.contains(url.getScheme())
          && text.equals(url.getScheme() + "://" + url.getRawAuthority())
          && url.getRawUserInfo() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private boolean allows(@Nullable String origin) {
    return origin != null && origins.contains(origin);
  }

  /**
   * Returns whether a page may open a WebSocket, for which browsers send no preflight. A client
   * without an origin is no page.
   *
   * @param host the header {@code Host}
   */
  public boolean allowsWebSocket(@Nullable String origin, @Nullable String host) {
    return origin == null
        || allows(origin)
        // A proxy may have decrypted the request.
        || SCHEMES.stream().anyMatch(scheme -> origin.equalsIgnoreCase(scheme + "://" + host));
  }

  /** Returns the headers of a response to a page; none if no other host's pages are allowed. */
  public Map<String, String> headers(@Nullable String origin) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!origins.isEmpty()) {
      headers.put(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    if (allows(origin)) {
      headers.put(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
      headers.put(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    }
    return headers;
  }

  /** Returns whether a browser asks if a page may send a request. */
  public static boolean isPreflight(
      String method, @Nullable String origin, @Nullable String requestedMethod) {
    return method.equals("OPTIONS") && origin != null && requestedMethod != null;
  }

  /**
   * Returns the further headers of the response to a preflight. The browser compares them with the
   * headers that the page wants to send.
   *
   * @throws Refusal if the page may not send the request
   */
  public Map<String, String> preflight(@Nullable String origin, String requestedMethod) {
    if (!allows(origin) || !METHODS.contains(requestedMethod)) {
      throw refusal();
    }
    return Map.of(
        HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", METHODS),
        HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS,
        HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
  }

  /** Returns the refusal of a request that a page may not send. */
  public static Refusal refusal() {
    return new Refusal(Problem.FORBIDDEN, "Pages of this origin may not send this request.");
  }
}
