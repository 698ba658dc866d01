package dev.annals.base.security;

import java.util.Map;
import java.util.Set;
import org.springframework.http.server.PathContainer;

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

  /** Adds the paths that each program has. */
  public AccessTable {
    open = PathSet.CHASSIS.with(open);
    roles =
        Map.of(
            Role.USER,
                roles
                    .getOrDefault(Role.USER, PathSet.of())
                    .with(PathSet.of("/notifications/stream")),
            Role.ADMIN, roles.getOrDefault(Role.ADMIN, PathSet.of()).with(PathSet.of("/admin/**")),
            Role.AUDITOR,
                roles.getOrDefault(Role.AUDITOR, PathSet.of()).with(PathSet.of("/audit/**")));
  }

  public boolean isOpen(String path) {
    return isOpen(PathContainer.parsePath(path));
  }

  public boolean isOpen(PathContainer path) {
    return open.contains(path);
  }

  /** Returns whether a caller with these roles may use a path that is not open. */
  public boolean allows(Set<Role> callers, PathContainer path) {
    for (Map.Entry<Role, PathSet> role : roles.entrySet()) {
      if (!callers.contains(role.getKey()) && role.getValue().contains(path)) {
        return false;
      }
    }
    return true;
  }
}
