package dev.annals.http.web;

import dev.annals.http.arrival.TimedProtocol;
import dev.annals.http.problem.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Rejects a target of more than 8 KiB with 414, and header fields of more than 9 KiB with 431. The
 * gateway accepts 8 KiB of fields and adds some.
 */
final class HeadLimit extends OncePerRequestFilter {

  private static final int MAX_TARGET = 8 << 10;
  private static final int MAX_FIELDS = 9 << 10;

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String query = request.getQueryString();
    int target = request.getRequestURI().length() + (query == null ? 0 : query.length() + 1);
    if (target > MAX_TARGET) {
      Problems.write(Problems.ofStatus(414), request, response);
    } else if (TimedProtocol.fieldBytes(request) > MAX_FIELDS) {
      Problems.write(Problems.ofStatus(431), request, response);
    } else {
      chain.doFilter(request, response);
    }
  }
}
