package dev.annals.platform.security;

import dev.annals.events.identity.Role;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.server.PathContainer;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Authorizes requests by the {@link Access} of the endpoint, before the body, its type or {@code
 * Accept} are read. Unmapped paths require a token, so that anonymous clients cannot probe for
 * routes. Unmapped methods of a public path do not.
 *
 * <p>This class finds the endpoint only by path and method. Spring may choose another one by
 * further conditions, so an interceptor checks Spring's choice again.
 */
@Component
final class EndpointAuthorization
    implements AuthorizationManager<RequestAuthorizationContext>,
        HandlerInterceptor,
        SmartInitializingSingleton {

  private static final String OWN_PACKAGE = "dev.annals.";

  private final ObjectProvider<RequestMappingHandlerMapping> mappings;
  private volatile List<Endpoint> endpoints = List.of();

  EndpointAuthorization(
      @Qualifier("requestMappingHandlerMapping")
          ObjectProvider<RequestMappingHandlerMapping> mappings) {
    this.mappings = mappings;
  }

  /**
   * Collects the endpoints.
   *
   * @throws IllegalStateException if an endpoint lacks {@link Access}; the program must not start
   */
  @Override
  public void afterSingletonsInstantiated() {
    List<Endpoint> found = new ArrayList<>();
    for (Map.Entry<RequestMappingInfo, HandlerMethod> mapped :
        mappings.getObject().getHandlerMethods().entrySet()) {
      if (isOwn(mapped.getValue())) {
        Access.To access =
            Access.To.of(mapped.getValue())
                .orElseThrow(
                    () -> new IllegalStateException(mapped.getValue() + " has no @Access"));
        for (PathPattern pattern : mapped.getKey().getPathPatternsCondition().getPatterns()) {
          found.add(
              new Endpoint(pattern, mapped.getKey().getMethodsCondition().getMethods(), access));
        }
      }
    }
    found.sort(Comparator.comparing(Endpoint::pattern));
    endpoints = List.copyOf(found);
  }

  @Override
  public AuthorizationDecision authorize(
      Supplier<? extends @Nullable Authentication> caller, RequestAuthorizationContext context) {
    HttpServletRequest request = context.getRequest();
    PathContainer path = ServletRequestPathUtils.parse(request).pathWithinApplication();
    List<Endpoint> here = endpoints.stream().filter(endpoint -> endpoint.isAt(path)).toList();
    Access.To access =
        here.stream()
            .filter(endpoint -> endpoint.takes(request.getMethod()))
            .findFirst()
            .map(Endpoint::access)
            .orElse(
                !here.isEmpty() && here.stream().allMatch(it -> it.access() == Access.To.PUBLIC)
                    ? Access.To.PUBLIC
                    : Access.To.AUTHENTICATED);
    return new AuthorizationDecision(permits(access, caller));
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method
        && isOwn(method)
        && !permits(
            Access.To.of(method).orElseThrow(),
            () -> SecurityContextHolder.getContext().getAuthentication())) {
      throw new AccessDeniedException("The chosen endpoint requires another role");
    }
    return true;
  }

  private static boolean permits(
      Access.To access, Supplier<? extends @Nullable Authentication> caller) {
    if (access == Access.To.PUBLIC) {
      return true;
    }
    Authentication known = caller.get();
    return known != null
        && known.getPrincipal() instanceof Caller who
        && (access == Access.To.AUTHENTICATED || who.roles().contains(Role.valueOf(access.name())));
  }

  private static boolean isOwn(HandlerMethod method) {
    return method.getBeanType().getName().startsWith(OWN_PACKAGE);
  }

  /** A path, its methods (empty for all) and who may call it. */
  private record Endpoint(PathPattern pattern, Set<RequestMethod> methods, Access.To access) {

    private boolean isAt(PathContainer path) {
      return pattern.matches(path);
    }

    private boolean takes(String method) {
      return methods.isEmpty()
          || methods.stream().anyMatch(known -> known.name().equals(method))
          || (method.equals("HEAD") && methods.contains(RequestMethod.GET));
    }
  }
}
