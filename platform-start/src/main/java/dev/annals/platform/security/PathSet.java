package dev.annals.platform.security;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * A set of paths.
 *
 * @param patterns the patterns of which a path matches one
 */
public record PathSet(List<PathPattern> patterns) {

  /** The paths that need no token, whatever the method. A token that is sent is ignored. */
  public static final PathSet PUBLIC =
      of(
          "/auth/register",
          "/auth/login",
          "/auth/refresh",
          "/auth/logout",
          "/auth/forgot-password",
          "/auth/reset-password",
          "/auth/verify-email",
          "/.well-known/jwks.json",
          // Signed URLs.
          "/files/uploads/*",
          "/files/attachments/*/*",
          // The first frame has the token.
          "/ws",
          "/reset-password",
          "/verify-email",
          "/livez",
          "/readyz",
          "/v3/api-docs/**",
          "/v3/api-docs.yaml",
          "/swagger-ui.html",
          "/swagger-ui/**",
          "/asyncapi",
          // Only the standalone program has this page.
          "/notifications.html");

  public static PathSet of(String... patterns) {
    return new PathSet(Stream.of(patterns).map(PathPatternParser.defaultInstance::parse).toList());
  }

  /** Returns this set with the paths that match one of the other patterns. */
  public PathSet with(String... others) {
    return new PathSet(Stream.concat(patterns.stream(), of(others).patterns().stream()).toList());
  }

  /** Returns whether this set has the path, which is within the application. */
  public boolean contains(PathContainer path) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(path));
  }
}
