package dev.annals.platform.security;

import dev.annals.events.identity.Role;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.http.server.PathContainer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * The callers of each path. The path alone decides, before the method, the body, its type or {@code
 * Accept} are looked at. Each endpoint is in one of the sets. Other paths require a token, so that
 * anonymous clients cannot probe for routes.
 *
 * @param open the paths for all clients, where a token is ignored
 * @param authenticated the paths for all callers with a valid token
 * @param roles the paths for callers with a role
 */
public record AccessTable(PathSet open, PathSet authenticated, Map<Role, PathSet> roles) {

  public static final AccessTable API =
      new AccessTable(
          // Only the standalone program has this page.
          PathSet.PUBLIC.with("/dev/mailbox"),
          PathSet.of("/auth/**", "/users/me/**", "/flags"),
          Map.of(
              Role.USER, PathSet.of("/notes/**", "/tasks/**", "/notifications/**"),
              Role.ADMIN, PathSet.of("/admin/**"),
              Role.AUDITOR, PathSet.of("/audit/**")));

  public boolean isOpen(String path) {
    return open.contains(PathContainer.parsePath(path));
  }

  public boolean lists(String path) {
    PathContainer parsed = PathContainer.parsePath(path);
    return Stream.concat(Stream.of(open, authenticated), roles.values().stream())
        .anyMatch(paths -> paths.contains(parsed));
  }

  RequestMatcher openRequests() {
    return requests(open);
  }

  void authorize(
      AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry
          requests) {
    requests.requestMatchers(openRequests()).permitAll();
    roles.forEach((role, paths) -> requests.requestMatchers(requests(paths)).hasRole(role.name()));
    requests.anyRequest().authenticated();
  }

  private static RequestMatcher requests(PathSet paths) {
    return new OrRequestMatcher(
        paths.patterns().stream()
            .map(pattern -> PathPatternRequestMatcher.pathPattern(pattern.getPatternString()))
            .toArray(RequestMatcher[]::new));
  }
}
