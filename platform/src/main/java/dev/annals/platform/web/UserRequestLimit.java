package dev.annals.platform.web;

import dev.annals.platform.security.Caller;
import dev.annals.platform.web.Permits.Permit;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the requests of a user that are handled at a time. One that waits without a thread, or
 * streams its answer, does not count: these have bounds of their own.
 */
final class UserRequestLimit extends OncePerRequestFilter {

  private static final int MOST = 128;

  private final Permits<UUID> permits = new Permits<>(MOST);

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getAttribute(Caller.class.getName()) instanceof Caller caller) {
      try (Permit permit = permits.take(caller.userId())) {
        chain.doFilter(request, response);
      }
    } else {
      chain.doFilter(request, response);
    }
  }
}
