package dev.annals.http.openapi;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.ProblemType;
import dev.annals.base.security.AccessTable;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.EndpointMapping;
import dev.annals.http.web.FormFile;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.LastEventId;
import dev.annals.http.web.QueryParameters;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.providers.JavadocProvider;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;

/**
 * Adds an operation's text from its Javadoc and its errors, derived from its parameters, and those
 * of {@link Refuses}. Operations share the responses with the same errors.
 */
final class OperationConventions implements OperationCustomizer {

  // RFC 9110, 8.8.3, with numbers as tags.
  private static final String VERSION = "(W/)?\"-?[0-9]+\"";
  // RFC 9651, 3.3.3, or the same without quotes.
  private static final String KEY = "^(\"([ !#-\\[\\]-~]|\\\\[\"\\\\]){1,255}\"|[!#-~]{1,255})$";
  private static final String TOKEN = "[!-+\\--~]+";

  private final JavadocProvider javadoc;
  private final AccessTable access;
  private final Map<String, ApiResponse> errors = new ConcurrentSkipListMap<>();

  OperationConventions(JavadocProvider javadoc, AccessTable access) {
    this.javadoc = javadoc;
    this.access = access;
  }

  @Override
  public Operation customize(Operation operation, HandlerMethod method) {
    // A method that adds a media type to an operation does not name it.
    if (!addsMediaType(operation, method)) {
      operation.setOperationId(id(method));
      // A method of a superclass speaks of resources.
      String text =
          javadoc
              .getMethodJavadocDescription(method.getMethod())
              .replace("resource", noun(method).toLowerCase(Locale.ROOT));
      operation.description(text).summary(summary(text));
    }
    List<MethodParameter> parameters = Arrays.asList(method.getMethodParameters());
    List<ProblemType> problems = new ArrayList<>();
    Set<Problem> common =
        EnumSet.of(
            Problem.BAD_REQUEST,
            Problem.REQUEST_TIMEOUT,
            Problem.CONTENT_TOO_LARGE,
            Problem.UNAVAILABLE);
    if (access.isOpen(path(method))) {
      operation.setSecurity(List.of());
    } else {
      common.addAll(List.of(Problem.UNAUTHORIZED, Problem.FORBIDDEN));
    }
    if (EndpointMapping.hasResponseBody(method.getMethod())) {
      common.add(Problem.NOT_ACCEPTABLE);
    }
    if (parameters.stream().anyMatch(it -> it.hasParameterAnnotation(RequestBody.class))) {
      common.addAll(List.of(Problem.VALIDATION, Problem.UNSUPPORTED_MEDIA_TYPE));
    }
    if (parameters.stream()
        .anyMatch(it -> QueryParameters.class.isAssignableFrom(it.getParameterType()))) {
      common.addAll(List.of(Problem.VALIDATION, Problem.URI_TOO_LONG));
    }
    if (parameters.stream().anyMatch(it -> it.hasParameterAnnotation(PathVariable.class))) {
      common.add(Problem.NOT_FOUND);
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == IfMatch.class)) {
      common.addAll(List.of(Problem.STALE_VERSION, Problem.PRECONDITION_REQUIRED));
      operation.addParametersItem(
          new HeaderParameter()
              .name("If-Match")
              .required(true)
              .description("The version that the change applies to, in quotes, or *.")
              .schema(new StringSchema().pattern("^(\\*|%s( *, *%<s)*)$".formatted(VERSION)))
              .example("\"3\""));
    }
    for (ProblemType own : refusals(method)) {
      if (own instanceof Problem problem) {
        common.add(problem);
      } else {
        problems.add(own);
      }
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == IdempotencyKey.class)) {
      common.add(Problem.IDEMPOTENCY_KEY_REUSE);
      operation.addParametersItem(
          new HeaderParameter()
              .name("Idempotency-Key")
              .description("Repeated requests with the same key and body are executed once.")
              .schema(new StringSchema().pattern(KEY))
              .example("\"8e03978e-40d5-43dd-bc93-6894a57f9324\""));
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == LastEventId.class)) {
      operation.addParametersItem(
          new HeaderParameter()
              .name("Last-Event-ID")
              .description("The id of the last event that the client has. It wins over `after`.")
              .schema(new StringSchema().pattern("^[0-9]{1,18}$"))
              .example("42"));
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == FormFile.class)) {
      common.add(Problem.UNSUPPORTED_MEDIA_TYPE);
      operation.setRequestBody(form());
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == ConsistencyTokens.class)) {
      common.add(Problem.TOO_MANY_REQUESTS);
      operation.addParametersItem(
          new HeaderParameter()
              .name("Consistency-Token")
              .description("Tokens of changes that the response must reflect, separated by commas.")
              .schema(new StringSchema().pattern("^%s( *, *%<s){0,49}$".formatted(TOKEN))));
    }
    if (operation.getResponses() == null) {
      operation.setResponses(new ApiResponses());
    }
    problems.addAll(0, common);
    describe(operation.getResponses(), problems, ResponseConventions.isLimited(method));
    return operation;
  }

  String summary(String description) {
    return javadoc.getFirstSentence(description);
  }

  /** Returns the errors of {@link Refuses} and of the annotations that it marks. */
  static List<ProblemType> refusals(HandlerMethod method) {
    return Stream.of(method.getMethod().getAnnotations())
        .filter(
            it -> it instanceof Refuses || it.annotationType().isAnnotationPresent(Refuses.class))
        .flatMap(it -> Stream.of((ProblemType[]) AnnotationUtils.getValue(it)))
        .toList();
  }

  private static String path(HandlerMethod method) {
    return Stream.of(method.getBeanType(), method.getMethod())
        .map(it -> AnnotatedElementUtils.findMergedAnnotation(it, RequestMapping.class))
        .filter(Objects::nonNull)
        .flatMap(mapping -> Stream.of(mapping.path()).limit(1))
        .collect(joining());
  }

  private static boolean addsMediaType(Operation operation, HandlerMethod method) {
    RequestMapping mapping =
        AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
    return mapping != null
        && List.of(mapping.produces()).contains("application/x-ndjson")
        && operation.getResponses().values().stream()
            .anyMatch(
                response ->
                    response.getContent() != null
                        && response.getContent().containsKey("application/json"));
  }

  /** Returns a stable id, such as {@code sagaList} for {@code SagaController.list}. */
  private static String id(HandlerMethod method) {
    return StringUtils.uncapitalize(noun(method))
        + StringUtils.capitalize(method.getMethod().getName());
  }

  private static String noun(HandlerMethod method) {
    return method.getBeanType().getSimpleName().replaceFirst("Controller$", "");
  }

  private static io.swagger.v3.oas.models.parameters.RequestBody form() {
    return new io.swagger.v3.oas.models.parameters.RequestBody()
        .required(true)
        .content(
            new Content()
                .addMediaType(
                    org.springframework.http.MediaType.MULTIPART_FORM_DATA_VALUE,
                    new MediaType()
                        .schema(
                            new ObjectSchema()
                                .addProperty(FormFile.NAME, new StringSchema().format("binary"))
                                .required(List.of(FormFile.NAME)))));
  }

  /** Adds references to the responses with these errors, one a status. */
  void describe(ApiResponses responses, List<? extends ProblemType> problems, boolean limited) {
    problems.stream()
        .collect(groupingBy(ProblemType::status))
        .forEach(
            (status, kinds) -> {
              String name =
                  kinds.stream().map(OperationConventions::name).collect(joining("Or"))
                      + (limited ? "Limited" : "");
              errors.computeIfAbsent(name, unknown -> response(status, kinds, limited));
              responses.addApiResponse(Integer.toString(status), new ApiResponse().$ref(name));
            });
  }

  /** Returns the responses that the operations refer to, by name. */
  Map<String, ApiResponse> errors() {
    return errors;
  }

  private static String name(ProblemType problem) {
    return Stream.of(problem.name().split("_"))
        .map(word -> StringUtils.capitalize(word.toLowerCase(Locale.ROOT)))
        .collect(joining());
  }

  private static ApiResponse response(
      int status, List<? extends ProblemType> kinds, boolean limited) {
    ApiResponse response =
        new ApiResponse()
            .description(
                kinds.stream()
                    .map(kind -> kind.title() + " (`" + kind.type() + "`)")
                    .collect(joining("; ")))
            .content(
                new Content()
                    .addMediaType(
                        "application/problem+json",
                        new MediaType().schema(new Schema<>().$ref(OpenApiConfiguration.PROBLEM))));
    ResponseHeaders.add(response, ResponseHeaders.REQUEST_ID);
    if (status == 401) {
      ResponseHeaders.add(response, HttpHeaders.WWW_AUTHENTICATE);
    }
    if (status == 429 || status == 503) {
      ResponseHeaders.add(response, HttpHeaders.RETRY_AFTER);
    }
    if (status == 416) {
      ResponseHeaders.add(response, HttpHeaders.CONTENT_RANGE);
    }
    if (limited) {
      ResponseHeaders.add(response, ResponseHeaders.RATE_LIMIT, ResponseHeaders.RATE_LIMIT_POLICY);
    }
    return response;
  }
}
