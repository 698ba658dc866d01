package dev.annals.http.security;

import dev.annals.base.security.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;

/**
 * The principal of an authenticated request, from its access token.
 *
 * @param userId the token's {@code sub}
 * @param sessionId the token's {@code sid}
 * @param roles the token's {@code roles}
 */
public record Caller(UUID userId, UUID sessionId, Set<Role> roles) {

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Returns the caller of the current thread's request, empty if it is anonymous. */
  public static Optional<Caller> current() {
    return in(SecurityContextHolder.getContext());
  }

  /** Returns the caller of a request that may have left Spring Security's filters. */
  public static Optional<Caller> of(HttpServletRequest request) {
    return in(
        (SecurityContext)
            request.getAttribute(
                RequestAttributeSecurityContextRepository.DEFAULT_REQUEST_ATTR_NAME));
  }

  private static Optional<Caller> in(@Nullable SecurityContext context) {
    Authentication known = context == null ? null : context.getAuthentication();
    return known != null && known.getPrincipal() instanceof Caller caller
        ? Optional.of(caller)
        : Optional.empty();
  }

  /**
   * Returns the caller that a token authenticates.
   *
   * @throws BadJwtException if a role is unknown
   */
  static Caller of(Jwt token) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    try {
      List<?> names = token.getClaim("roles");
      names.forEach(name -> roles.add(Role.valueOf(String.valueOf(name))));
    } catch (IllegalArgumentException unknown) {
      throw new BadJwtException("There is no such role", unknown);
    }
    return new Caller(
        UUID.fromString(token.getSubject()), UUID.fromString(token.getClaim("sid")), roles);
  }
}
