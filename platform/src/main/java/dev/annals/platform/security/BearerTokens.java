package dev.annals.platform.security;

import dev.annals.platform.problem.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.DeferredSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;
import org.springframework.stereotype.Component;

/**
 * Authenticates requests by the bearer token in the {@code Authorization} header (RFC 6750, 2.1).
 * It is lazy, so public endpoints ignore a token.
 */
@Component
final class BearerTokens implements SecurityContextRepository, AuthenticationEntryPoint {

  private static final String CONTEXT = BearerTokens.class.getName();

  private final AccessTokens tokens;

  BearerTokens(AccessTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public DeferredSecurityContext loadDeferredContext(HttpServletRequest request) {
    return new Deferred(request);
  }

  @Override
  @SuppressWarnings("deprecation")
  public SecurityContext loadContext(HttpRequestResponseHolder holder) {
    return loadDeferredContext(holder.getRequest()).get();
  }

  @Override
  public void saveContext(
      SecurityContext context, HttpServletRequest request, HttpServletResponse response) {}

  @Override
  public boolean containsContext(HttpServletRequest request) {
    return request.getHeader(HttpHeaders.AUTHORIZATION) != null;
  }

  /** Sends the challenge. It names an error only if the request had a token (RFC 6750, 3). */
  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refused)
      throws IOException {
    boolean sent = !sent(request).isEmpty();
    Problems.ofStatus(401)
        .with(HttpHeaders.WWW_AUTHENTICATE, sent ? "Bearer error=\"invalid_token\"" : "Bearer")
        .write(request, response);
  }

  private SecurityContext context(HttpServletRequest request) {
    List<String> sent = sent(request);
    Optional<AccessToken> token = sent.size() == 1 ? tokens.bearer(sent.get(0)) : Optional.empty();
    return token
        .map(AccessToken::caller)
        .map(
            known -> {
              request.setAttribute(Caller.class.getName(), known);
              return new SecurityContextImpl(authentication(known));
            })
        .orElseGet(SecurityContextImpl::new);
  }

  private static UsernamePasswordAuthenticationToken authentication(Caller caller) {
    return UsernamePasswordAuthenticationToken.authenticated(
        caller,
        null,
        caller.roles().stream().map(role -> new SimpleGrantedAuthority("ROLE_" + role)).toList());
  }

  private static List<String> sent(HttpServletRequest request) {
    return Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)).stream()
        .filter(AccessTokens::isBearer)
        .toList();
  }

  /** A context that is created at first use, once for a request and its later dispatches. */
  private final class Deferred implements DeferredSecurityContext {

    private final HttpServletRequest request;

    private Deferred(HttpServletRequest request) {
      this.request = request;
    }

    @Override
    public SecurityContext get() {
      if (request.getAttribute(CONTEXT) instanceof SecurityContext known) {
        return known;
      }
      SecurityContext context = context(request);
      request.setAttribute(CONTEXT, context);
      return context;
    }

    @Override
    public boolean isGenerated() {
      return false;
    }
  }
}
