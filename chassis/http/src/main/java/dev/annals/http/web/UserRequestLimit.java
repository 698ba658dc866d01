package dev.annals.http.web;

import dev.annals.http.security.Caller;
import dev.annals.http.web.Permits.Permit;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the concurrent requests of a user. Requests that wait without a thread or stream their
 * response have separate bounds.
 */
final class UserRequestLimit extends OncePerRequestFilter {

  private static final int MAX_PER_USER = 128;

  private final Permits<UUID> permits = new Permits<>(MAX_PER_USER);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<Caller> caller = Caller.current();
    if (caller.isPresent()) {
      try (Permit permit = permits.take(caller.get().userId())) {
        chain.doFilter(request, response);
      }
    } else {
      chain.doFilter(request, response);
    }
  }
}
