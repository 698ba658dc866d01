package dev.annals.http.openapi;

import static dev.annals.http.openapi.ResponseHeaders.ACCEL_BUFFERING;
import static dev.annals.http.openapi.ResponseHeaders.CACHE_STATUS;
import static dev.annals.http.openapi.ResponseHeaders.CONSISTENCY_TOKEN;
import static dev.annals.http.openapi.ResponseHeaders.RATE_LIMIT;
import static dev.annals.http.openapi.ResponseHeaders.RATE_LIMIT_POLICY;
import static dev.annals.http.openapi.ResponseHeaders.REQUEST_ID;
import static org.springframework.http.HttpHeaders.ACCEPT_RANGES;
import static org.springframework.http.HttpHeaders.CONTENT_DISPOSITION;
import static org.springframework.http.HttpHeaders.CONTENT_RANGE;
import static org.springframework.http.HttpHeaders.ETAG;
import static org.springframework.http.HttpHeaders.LINK;
import static org.springframework.http.HttpHeaders.LOCATION;
import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;
import static org.springframework.http.MediaType.TEXT_EVENT_STREAM_VALUE;

import dev.annals.base.problem.Problem;
import dev.annals.http.web.Page;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Adds the headers of successful responses, derived from the type that the endpoint returns. */
final class ResponseConventions implements OperationCustomizer {

  @Override
  public Operation customize(Operation operation, HandlerMethod method) {
    Returned returned = Returned.by(method);
    boolean read = isRead(method);
    boolean limited = isLimited(method);
    boolean shown = !method.getBeanType().isAnnotationPresent(NoConsistencyToken.class);
    Map<String, ApiResponse> responses = operation.getResponses();
    Map.copyOf(responses).entrySet().stream()
        .filter(response -> response.getKey().compareTo("300") < 0)
        .forEach(
            response -> {
              ApiResponse success = response.getValue();
              ResponseHeaders.add(success, REQUEST_ID);
              putJsonFirst(success.getContent());
              if (returned.hasETag()) {
                ResponseHeaders.add(success, ETAG);
              }
              if (returned.isFile()) {
                ResponseHeaders.add(success, ACCEPT_RANGES);
                responses.put("206", partOf(success));
              }
              if (isStream(success.getContent())) {
                ResponseHeaders.add(success, ACCEL_BUFFERING);
              }
              if (returned.isFile() || returned.isArchive(success.getContent())) {
                ResponseHeaders.add(success, CONTENT_DISPOSITION);
              }
              if (returned.is(Page.class)) {
                ResponseHeaders.add(success, LINK);
                if (returned.entity()) {
                  ResponseHeaders.add(success, CACHE_STATUS);
                }
              }
              boolean created = response.getKey().equals("201");
              if (returned.has("id") && (created || response.getKey().equals("202"))) {
                ResponseHeaders.add(success, LOCATION);
              }
              if (!read && shown && ((created && returned.entity()) || returned.isChange())) {
                ResponseHeaders.add(success, CONSISTENCY_TOKEN);
              }
              if (limited) {
                ResponseHeaders.add(success, RATE_LIMIT, RATE_LIMIT_POLICY);
              }
            });
    if (read && returned.hasETag()) {
      ApiResponse unchanged = new ApiResponse().description("The client has this version");
      ResponseHeaders.add(unchanged, REQUEST_ID, ETAG);
      responses.put("304", unchanged);
      if (returned.isFile()) {
        ResponseHeaders.add(unchanged, ACCEPT_RANGES, CONTENT_DISPOSITION);
      } else {
        operation.addParametersItem(
            new HeaderParameter()
                .name(HttpHeaders.IF_NONE_MATCH)
                .description("The ETag that the client has, or `*`.")
                .schema(new StringSchema())
                .example("\"3\""));
      }
    }
    return operation;
  }

  /** Makes JSON the default of generated clients. */
  private static void putJsonFirst(@Nullable Content content) {
    if (content != null && content.containsKey(APPLICATION_JSON_VALUE)) {
      Map<String, MediaType> all = new LinkedHashMap<>(content);
      content.keySet().retainAll(Set.of(APPLICATION_JSON_VALUE));
      content.putAll(all);
    }
  }

  private static boolean isStream(@Nullable Content content) {
    return content != null && content.containsKey(TEXT_EVENT_STREAM_VALUE);
  }

  /** Returns whether an endpoint spends a quota. */
  static boolean isLimited(HandlerMethod method) {
    return OperationConventions.refusals(method).contains(Problem.QUOTA_EXCEEDED);
  }

  private static boolean isRead(HandlerMethod method) {
    RequestMapping mapping =
        AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
    return mapping != null && List.of(mapping.method()).contains(RequestMethod.GET);
  }

  private static ApiResponse partOf(ApiResponse whole) {
    ApiResponse part = new ApiResponse().description("The range").content(whole.getContent());
    ResponseHeaders.add(part, REQUEST_ID, ETAG, ACCEPT_RANGES, CONTENT_RANGE, CONTENT_DISPOSITION);
    return part;
  }

  /**
   * The type that an endpoint returns.
   *
   * @param entity whether the endpoint sets headers itself
   * @param properties those of the body
   */
  private record Returned(boolean entity, Class<?> body, Set<String> properties) {

    static Returned by(HandlerMethod method) {
      ResolvableType type =
          ResolvableType.forMethodReturnType(method.getMethod(), method.getBeanType());
      boolean entity = ResponseEntity.class == type.toClass();
      Class<?> body = (entity ? type.getGeneric(0) : type).toClass();
      return new Returned(
          entity,
          body,
          body.isRecord()
              ? RecordSchemas.components(body)
                  .map(RecordComponent::getName)
                  .collect(Collectors.toSet())
              : Set.of());
    }

    boolean is(Class<?> type) {
      return body == type;
    }

    boolean isArchive(@Nullable Content content) {
      return is(StreamingResponseBody.class) && content.containsKey("application/zip");
    }

    boolean isFile() {
      return is(Resource.class);
    }

    boolean has(String property) {
      return entity && properties.contains(property);
    }

    boolean hasETag() {
      return has("version") || isFile();
    }

    /** Returns whether a successful response to a change tells of a versioned resource. */
    boolean isChange() {
      return has("version") || (entity && is(Void.class));
    }
  }
}
