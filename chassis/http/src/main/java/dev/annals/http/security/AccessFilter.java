package dev.annals.http.security;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.BearerScheme;
import dev.annals.http.problem.Problems;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Lets a request pass if the {@link AccessTable} permits it: 401 without a valid token, 403 without
 * the path's role. The rest of a request that has waited is not checked again, since its token may
 * have expired.
 */
record AccessFilter(AccessTable table, AccessTokens tokens) implements Filter {

  private static final String CONTEXT =
      RequestAttributeSecurityContextRepository.DEFAULT_REQUEST_ATTR_NAME;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getDispatcherType() == DispatcherType.REQUEST) {
      check((HttpServletRequest) request, (HttpServletResponse) response, chain);
    } else if (request.getDispatcherType() == DispatcherType.ASYNC
        && request.getAttribute(CONTEXT) instanceof SecurityContext context) {
      passAs(context, request, response, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void check(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    PathContainer path =
        ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication();
    if (table.isOpen(path)) {
      chain.doFilter(request, response);
      return;
    }
    List<String> sent =
        BearerScheme.tokens(Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)));
    Optional<AccessToken> token = sent.size() == 1 ? tokens.verify(sent.get(0)) : Optional.empty();
    if (token.isEmpty()) {
      String challenge = sent.isEmpty() ? BearerScheme.CHALLENGE : BearerScheme.INVALID_TOKEN;
      Problems.write(
          Problems.ofStatus(401).with(HttpHeaders.WWW_AUTHENTICATE, challenge), request, response);
      return;
    }
    Caller caller = token.get().caller();
    UsernamePasswordAuthenticationToken authentication =
        UsernamePasswordAuthenticationToken.authenticated(
            caller, null, AuthorityUtils.NO_AUTHORITIES);
    authentication.setDetails(token.get());
    SecurityContext context = new SecurityContextImpl(authentication);
    request.setAttribute(CONTEXT, context);
    if (table.allows(caller.roles(), path)) {
      passAs(context, request, response, chain);
    } else {
      Problems.write(Problems.ofStatus(403), request, response);
    }
  }

  private static void passAs(
      SecurityContext context, ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    SecurityContextHolder.setContext(context);
    try {
      chain.doFilter(request, response);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }
}
