package dev.annals.platform.web;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

/**
 * Answers {@code If-None-Match: *} with 304 if the response has an entity tag (RFC 9110, 13.1.2).
 * Spring does not support this form.
 */
@RestControllerAdvice
final class IfNoneMatchAny implements ResponseBodyAdvice<Object> {

  @Override
  public boolean supports(
      MethodParameter returned, Class<? extends HttpMessageConverter<?>> converter) {
    return true;
  }

  @Override
  public @Nullable Object beforeBodyWrite(
      @Nullable Object body,
      MethodParameter returned,
      MediaType type,
      Class<? extends HttpMessageConverter<?>> converter,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    HttpHeaders headers = response.getHeaders();
    if (!List.of(HttpMethod.GET, HttpMethod.HEAD).contains(request.getMethod())
        || headers.getETag() == null
        || !isAny(request)) {
      return body;
    }
    response.setStatusCode(HttpStatus.NOT_MODIFIED);
    headers.remove(HttpHeaders.CONTENT_TYPE);
    headers.remove(HttpHeaders.CONTENT_LENGTH);
    return null;
  }

  // Spring's HttpHeaders fails if any other header is malformed.
  private static boolean isAny(ServerHttpRequest request) {
    List<String> lines =
        RequestArguments.lines(
            ((ServletServerHttpRequest) request).getServletRequest(), HttpHeaders.IF_NONE_MATCH);
    return lines.size() == 1 && lines.get(0).strip().equals("*");
  }
}
