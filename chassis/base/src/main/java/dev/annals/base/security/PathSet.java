package dev.annals.base.security;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** A set of paths, each of which one of some patterns matches. */
public final class PathSet {

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

  /** The patterns that begin with a variable. No segment has this text. */
  private static final String ANY = "/";

  private final List<PathPattern> patterns;
  private final Map<String, List<PathPattern>> byFirstSegment;

  private PathSet(List<PathPattern> patterns) {
    this.patterns = List.copyOf(patterns);
    this.byFirstSegment =
        this.patterns.stream().collect(Collectors.groupingBy(PathSet::firstSegment));
  }

  public static PathSet of(String... patterns) {
    return new PathSet(Stream.of(patterns).map(PathPatternParser.defaultInstance::parse).toList());
  }

  /** Returns the union of two sets. */
  public PathSet with(PathSet other) {
    return new PathSet(Stream.concat(patterns.stream(), other.patterns.stream()).toList());
  }

  /** Returns whether this set has the path, which is within the application. */
  public boolean contains(PathContainer path) {
    return matches(firstSegment(path), path) || matches(ANY, path);
  }

  private boolean matches(String firstSegment, PathContainer path) {
    for (PathPattern pattern : byFirstSegment.getOrDefault(firstSegment, List.of())) {
      if (pattern.matches(path)) {
        return true;
      }
    }
    return false;
  }

  private static String firstSegment(PathPattern pattern) {
    String segment = firstSegment(PathContainer.parsePath(pattern.getPatternString()));
    return segment.matches(".*[{*?].*") ? ANY : segment;
  }

  private static String firstSegment(PathContainer path) {
    return path.elements().size() > 1
            && path.elements().get(1) instanceof PathContainer.PathSegment segment
        ? segment.valueToMatch()
        : "";
  }
}
