package dev.annals.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Lets controllers declare {@link IfMatch} and {@link QueryParameters}. */
final class RequestParts implements HandlerMethodArgumentResolver {

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == IfMatch.class
        || parameter.getParameterType() == QueryParameters.class;
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer model,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    if (parameter.getParameterType() == IfMatch.class) {
      String[] lines = request.getHeaderValues(HttpHeaders.IF_MATCH);
      return IfMatch.parse(lines == null ? List.of() : Arrays.asList(lines));
    }
    HttpServletRequest servlet = request.getNativeRequest(HttpServletRequest.class);
    return QueryParameters.of(servlet == null ? null : servlet.getQueryString());
  }
}
