package dev.annals.http.web;

import java.util.ArrayList;
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
 * Adds the {@code Link} header (RFC 8288) to responses with a {@link Page} or {@link
 * SerializedPage}. Answers {@code If-None-Match: *}, which Spring does not support, with 304 if the
 * response has an entity tag (RFC 9110, 13.1.2).
 */
@RestControllerAdvice
final class BodyHeaders implements ResponseBodyAdvice<Object> {

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
    Page.Position position =
        body instanceof Page<?> page
            ? page.page()
            : body instanceof SerializedPage written ? written.position() : null;
    if (position != null && position.totalPages() > 0) {
      response
          .getHeaders()
          .set(
              HttpHeaders.LINK,
              String.join(
                  ", ", links(request.getURI().getRawPath(), knownParameters(request), position)));
    }
    HttpHeaders headers = response.getHeaders();
    if (!List.of(HttpMethod.GET, HttpMethod.HEAD).contains(request.getMethod())
        || headers.getETag() == null
        || !hasAnyTag(request)) {
      return body;
    }
    response.setStatusCode(HttpStatus.NOT_MODIFIED);
    headers.remove(HttpHeaders.CONTENT_TYPE);
    headers.remove(HttpHeaders.CONTENT_LENGTH);
    return null;
  }

  // Spring's HttpHeaders fails if any other header is malformed.
  private static boolean hasAnyTag(ServerHttpRequest request) {
    List<String> lines =
        RequestArguments.lines(
            ((ServletServerHttpRequest) request).getServletRequest(), HttpHeaders.IF_NONE_MATCH);
    return lines.size() == 1 && lines.get(0).strip().equals("*");
  }

  /** Returns the parameters that links repeat. Unknown ones, of any length, are omitted. */
  private static QueryString knownParameters(ServerHttpRequest request) {
    return request instanceof ServletServerHttpRequest servlet
            && servlet.getServletRequest().getAttribute(QueryString.class.getName())
                instanceof QueryString known
        ? known
        : new QueryString(List.of());
  }

  private static List<String> links(String path, QueryString parameters, Page.Position here) {
    long last = here.totalPages() - 1;
    List<String> links = new ArrayList<>();
    links.add(link(path, parameters, here, 0, "first"));
    if (here.number() > 0) {
      links.add(link(path, parameters, here, Math.min(here.number() - 1, last), "prev"));
    }
    if (here.number() < last) {
      links.add(link(path, parameters, here, here.number() + 1, "next"));
    }
    links.add(link(path, parameters, here, last, "last"));
    return links;
  }

  private static String link(
      String path, QueryString parameters, Page.Position here, long page, String relation) {
    QueryString query =
        parameters.with("page", Long.toString(page)).with("size", Integer.toString(here.size()));
    return "<" + path + "?" + query + ">; rel=\"" + relation + "\"";
  }
}
