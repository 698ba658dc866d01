package dev.annals.http.web;

import dev.annals.base.problem.AllowHeader;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.util.ReflectionUtils;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Finds the endpoint of a request by the most specific path, then by method and body, then by
 * {@code Accept}. It also chooses the media type of the response, before the endpoint is called.
 * Endpoints without a response body ignore {@code Accept}; those that declare no type produce JSON.
 */
public final class EndpointMapping extends RequestMappingHandlerMapping {

  private static final String ACCEPTED = EndpointMapping.class.getName() + ".acceptHeader";
  private static final String CHOSEN = EndpointMapping.class.getName() + ".chosen";
  private static final Method OPTIONS_METHOD = ReflectionUtils.findMethod(Options.class, "headers");

  private volatile List<PathPattern> patterns = List.of();

  /** Returns the media type of the response, or any type if it is not chosen yet. */
  static List<MediaType> chosen(NativeWebRequest request) {
    return request.getAttribute(CHOSEN, RequestAttributes.SCOPE_REQUEST) instanceof MediaType chosen
        ? List.of(chosen)
        : List.of(MediaType.ALL);
  }

  @Override
  protected @Nullable RequestMappingInfo getMappingForMethod(Method method, Class<?> type) {
    RequestMappingInfo mapping = super.getMappingForMethod(method, type);
    if (mapping == null || !AnnotatedElementUtils.hasAnnotation(type, ResponseBody.class)) {
      return mapping;
    }
    if (!hasResponseBody(method)) {
      return mapping.mutate().produces().build();
    }
    return mapping.getProducesCondition().isEmpty()
        ? mapping.mutate().produces(MediaType.APPLICATION_JSON_VALUE).build()
        : mapping;
  }

  /** Returns whether an endpoint's successful responses have a body. */
  public static boolean hasResponseBody(Method method) {
    ResolvableType answer = ResolvableType.forMethodReturnType(method);
    while (answer.hasGenerics()) {
      answer = answer.getGeneric(0);
    }
    return answer.resolve() != void.class && answer.resolve() != Void.class;
  }

  @Override
  protected void handlerMethodsInitialized(Map<RequestMappingInfo, HandlerMethod> endpoints) {
    super.handlerMethodsInitialized(endpoints);
    patterns = endpoints.keySet().stream().flatMap(it -> patterns(it).stream()).sorted().toList();
  }

  private static Set<PathPattern> patterns(RequestMappingInfo mapping) {
    return mapping.getPathPatternsCondition().getPatterns();
  }

  @Override
  protected @Nullable RequestMappingInfo getMatchingMapping(
      RequestMappingInfo mapping, HttpServletRequest request) {
    RequestMappingInfo matching = super.getMatchingMapping(mapping, request);
    return matching != null
            && isAt(mostSpecific(request), matching)
            && (types(matching).isEmpty()
                || acceptHeader(request).best(types(matching)).isPresent())
        ? matching
        : null;
  }

  private @Nullable PathPattern mostSpecific(HttpServletRequest request) {
    PathContainer path =
        ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication();
    return patterns.stream().filter(it -> it.matches(path)).findFirst().orElse(null);
  }

  /** Returns whether a mapping has a path pattern, apart from the names of variables. */
  private static boolean isAt(@Nullable PathPattern pattern, RequestMappingInfo mapping) {
    return pattern != null
        && patterns(mapping).stream()
            .anyMatch(it -> PathPattern.SPECIFICITY_COMPARATOR.compare(it, pattern) == 0);
  }

  private static Set<MediaType> types(RequestMappingInfo mapping) {
    return mapping.getProducesCondition().getProducibleMediaTypes();
  }

  private static AcceptHeader acceptHeader(HttpServletRequest request) {
    if (request.getAttribute(ACCEPTED) instanceof AcceptHeader known) {
      return known;
    }
    AcceptHeader acceptHeader =
        AcceptHeader.parse(RequestArguments.lines(request, HttpHeaders.ACCEPT));
    request.setAttribute(ACCEPTED, acceptHeader);
    return acceptHeader;
  }

  @Override
  protected Comparator<RequestMappingInfo> getMappingComparator(HttpServletRequest request) {
    AcceptHeader acceptHeader = acceptHeader(request);
    return Comparator.comparing(
            (RequestMappingInfo mapping) ->
                acceptHeader.best(types(mapping)).map(acceptHeader::weight).orElse(0.0))
        .reversed()
        .thenComparing(super.getMappingComparator(request));
  }

  @Override
  protected void handleMatch(RequestMappingInfo mapping, String path, HttpServletRequest request) {
    super.handleMatch(mapping, path, request);
    request.setAttribute(CHOSEN, acceptHeader(request).best(types(mapping)).orElse(null));
  }

  @Override
  protected @Nullable HandlerMethod handleNoMatch(
      Set<RequestMappingInfo> all, String path, HttpServletRequest request)
      throws ServletException {
    PathPattern pattern = mostSpecific(request);
    PathContainer asked =
        ServletRequestPathUtils.getParsedRequestPath(request).pathWithinApplication();
    Set<RequestMappingInfo> here =
        all.stream()
            .filter(
                mapping ->
                    isAt(pattern, mapping)
                        && patterns(mapping).stream().anyMatch(it -> it.matches(asked)))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (here.isEmpty()) {
      return null;
    }
    if (request.getMethod().equals("OPTIONS")) {
      return new HandlerMethod(new Options(methods(here)), OPTIONS_METHOD);
    }
    super.handleNoMatch(here, path, request);
    throw new HttpMediaTypeNotAcceptableException(
        here.stream().flatMap(mapping -> types(mapping).stream()).distinct().toList());
  }

  private static List<HttpMethod> methods(Collection<RequestMappingInfo> mappings) {
    return mappings.stream()
        .flatMap(mapping -> mapping.getMethodsCondition().getMethods().stream())
        .map(RequestMethod::asHttpMethod)
        .toList();
  }

  record Options(List<HttpMethod> methods) {

    HttpHeaders headers() {
      HttpHeaders headers = new HttpHeaders();
      headers.set(HttpHeaders.ALLOW, AllowHeader.of(methods));
      return headers;
    }
  }
}
