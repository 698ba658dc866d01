package dev.annals.platform.openapi;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.EndpointMapping;
import dev.annals.platform.web.FormFile;
import dev.annals.platform.web.IdempotencyKey;
import dev.annals.platform.web.IfMatch;
import dev.annals.platform.web.QueryParameters;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.core.MethodParameter;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.method.HandlerMethod;

/** Adds an operation's errors, derived from its parameters, and those of {@link Refuses}. */
final class OperationConventions implements OperationCustomizer {

  @Override
  public Operation customize(Operation operation, HandlerMethod method) {
    operation.setOperationId(id(method));
    List<MethodParameter> parameters = Arrays.asList(method.getMethodParameters());
    Set<Problem> problems =
        EnumSet.of(
            Problem.BAD_REQUEST,
            Problem.REQUEST_TIMEOUT,
            Problem.CONTENT_TOO_LARGE,
            Problem.UNAVAILABLE);
    if (EndpointMapping.hasResponseBody(method.getMethod())) {
      problems.add(Problem.NOT_ACCEPTABLE);
    }
    if (parameters.stream().anyMatch(it -> it.hasParameterAnnotation(RequestBody.class))) {
      problems.addAll(List.of(Problem.VALIDATION, Problem.UNSUPPORTED_MEDIA_TYPE));
    }
    if (parameters.stream()
        .anyMatch(it -> QueryParameters.class.isAssignableFrom(it.getParameterType()))) {
      problems.addAll(List.of(Problem.VALIDATION, Problem.URI_TOO_LONG));
    }
    if (parameters.stream().anyMatch(it -> it.hasParameterAnnotation(PathVariable.class))) {
      problems.add(Problem.NOT_FOUND);
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == IfMatch.class)) {
      problems.addAll(List.of(Problem.STALE_VERSION, Problem.PRECONDITION_REQUIRED));
      operation.addParametersItem(
          new HeaderParameter()
              .name("If-Match")
              .required(true)
              .description("The version that the change applies to, in quotes, or *.")
              .schema(new StringSchema())
              .example("\"3\""));
    }
    Refuses own = method.getMethodAnnotation(Refuses.class);
    if (own != null) {
      problems.addAll(List.of(own.value()));
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == IdempotencyKey.class)) {
      problems.add(Problem.IDEMPOTENCY_KEY_REUSE);
      operation.addParametersItem(
          new HeaderParameter()
              .name("Idempotency-Key")
              .description("Repeated requests with the same key and body are executed once.")
              .schema(new StringSchema().minLength(1).maxLength(255))
              .example("\"8e03978e-40d5-43dd-bc93-6894a57f9324\""));
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == FormFile.class)) {
      problems.add(Problem.UNSUPPORTED_MEDIA_TYPE);
      operation.setRequestBody(form());
    }
    if (parameters.stream().anyMatch(it -> it.getParameterType() == ConsistencyTokens.class)) {
      problems.add(Problem.TOO_MANY_REQUESTS);
      operation.addParametersItem(
          new HeaderParameter()
              .name("Consistency-Token")
              .description("Tokens of changes that the response must reflect, separated by commas.")
              .schema(new StringSchema()));
    }
    if (operation.getResponses() == null) {
      operation.setResponses(new ApiResponses());
    }
    problems.forEach(problem -> describe(operation.getResponses(), problem));
    return operation;
  }

  /** Returns a stable id, such as {@code noteCreate} for {@code NoteController.create}. */
  private static String id(HandlerMethod method) {
    String noun = method.getBeanType().getSimpleName().replaceFirst("Controller$", "");
    return StringUtils.uncapitalize(noun) + StringUtils.capitalize(method.getMethod().getName());
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

  static void describe(ApiResponses responses, Problem problem) {
    String status = Integer.toString(problem.status());
    if (!responses.containsKey(status)) {
      responses.addApiResponse(
          status,
          new ApiResponse()
              .description(problem.title())
              .content(
                  new Content()
                      .addMediaType(
                          "application/problem+json",
                          new MediaType()
                              .schema(
                                  new Schema<>()
                                      .$ref(
                                          "#/components/schemas/"
                                              + OpenApiConfiguration.PROBLEM)))));
    }
  }
}
