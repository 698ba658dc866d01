package dev.annals.http.web;

import dev.annals.http.security.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Resolves controller parameters: the caller, and those from headers, the query or a form. */
final class RequestArguments implements HandlerMethodArgumentResolver {

  private final Map<Class<?>, Function<HttpServletRequest, Object>> readers;

  RequestArguments(SignedTokens signed) {
    readers =
        Map.of(
            IfMatch.class, request -> IfMatch.parse(lines(request, HttpHeaders.IF_MATCH)),
            IdempotencyKey.class,
                request -> IdempotencyKey.parse(lines(request, IdempotencyKey.HEADER)),
            LastEventId.class, request -> LastEventId.parse(lines(request, LastEventId.HEADER)),
            ConsistencyTokens.class, request -> ConsistencyTokens.of(request, signed),
            Caller.class, request -> Caller.current().orElse(null),
            FormFile.class, FormFile::new);
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return readers.containsKey(parameter.getParameterType())
        || QueryParameters.class.isAssignableFrom(parameter.getParameterType());
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer model,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    HttpServletRequest servlet = request.getNativeRequest(HttpServletRequest.class);
    Class<?> type = parameter.getParameterType();
    return readers.getOrDefault(type, it -> query(it, type)).apply(servlet);
  }

  /** Stores the known part of the query for the links of a list. */
  private static Object query(HttpServletRequest request, Class<?> type) {
    QueryString known = QueryReader.known(request.getQueryString(), type);
    request.setAttribute(QueryString.class.getName(), known);
    return QueryReader.read(known, type);
  }

  static List<String> lines(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }
}
