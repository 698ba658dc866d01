package dev.annals.platform.web;

import dev.annals.platform.problem.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a target of more than 8 KiB with 414, and header fields of more than 9 KiB with 431. The
 * gateway takes 8 KiB of the latter, and adds some.
 */
final class HeadLimit extends OncePerRequestFilter {

  private static final int MOST_OF_TARGET = 8 << 10;
  private static final int MOST_OF_FIELDS = 9 << 10;
  private static final int AROUND_A_FIELD = ": \r\n".length();

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String query = request.getQueryString();
    int target = request.getRequestURI().length() + (query == null ? 0 : query.length() + 1);
    if (target > MOST_OF_TARGET) {
      Problems.ofStatus(414).write(request, response);
    } else if (fields(request) > MOST_OF_FIELDS) {
      Problems.ofStatus(431).write(request, response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private static int fields(HttpServletRequest request) {
    return Collections.list(request.getHeaderNames()).stream()
        .mapToInt(
            name ->
                RequestArguments.lines(request, name).stream()
                    .mapToInt(line -> name.length() + line.length() + AROUND_A_FIELD)
                    .sum())
        .sum();
  }
}
