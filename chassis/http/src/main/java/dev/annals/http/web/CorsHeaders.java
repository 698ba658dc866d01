package dev.annals.http.web;

import dev.annals.base.web.CorsProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/** Adds the headers of {@link CorsProperties} to all responses, and answers preflights. */
final class CorsHeaders extends OncePerRequestFilter {

  private final CorsProperties cors;

  CorsHeaders(CorsProperties cors) {
    this.cors = cors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    cors.headers(origin).forEach(response::setHeader);
    String requested = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    if (CorsProperties.isPreflight(request.getMethod(), origin, requested)) {
      cors.preflight(origin, requested).forEach(response::setHeader);
    } else {
      chain.doFilter(request, response);
    }
  }
}
