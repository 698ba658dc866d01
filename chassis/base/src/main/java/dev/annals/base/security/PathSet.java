package dev.annals.base.security;

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

  /** The paths of probes and documents, which need no token. */
  public static final PathSet CHASSIS =
      of(
          "/.well-known/jwks.json",
          "/livez",
          "/readyz",
          "/v3/api-docs/**",
          "/v3/api-docs.yaml",
          "/swagger-ui.html",
          "/swagger-ui/**",
          // The first frame has the token.
          "/ws",
          "/asyncapi");

  public static PathSet of(String... patterns) {
    return new PathSet(Stream.of(patterns).map(PathPatternParser.defaultInstance::parse).toList());
  }

  /** Returns the union of two sets. */
  public PathSet with(PathSet other) {
    return new PathSet(Stream.concat(patterns.stream(), other.patterns().stream()).toList());
  }

  /** Returns whether this set has the path, which is within the application. */
  public boolean contains(PathContainer path) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(path));
  }
}
