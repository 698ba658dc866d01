package dev.annals.platform.openapi;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.security.AccessTable;
import dev.annals.platform.security.Caller;
import dev.annals.platform.validation.Tags;
import dev.annals.platform.validation.Text;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.FormFile;
import dev.annals.platform.web.IdempotencyKey;
import dev.annals.platform.web.IfMatch;
import dev.annals.platform.web.QueryParameters;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.lang.annotation.Annotation;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Describes the API (OpenAPI 3.1). */
@Configuration(proxyBeanMethods = false)
public class OpenApiConfiguration {

  static final String PROBLEM = "Problem";
  private static final String BEARER = "bearer";
  private static final String LINE =
      "One line: no control characters, line or paragraph separators; at least one character can"
          + " be seen.";

  static {
    // These types are read from headers or the query and are not bodies.
    SpringDocUtils.getConfig()
        .addRequestWrapperToIgnore(
            Caller.class,
            ConsistencyTokens.class,
            FormFile.class,
            IdempotencyKey.class,
            IfMatch.class,
            QueryParameters.class);
  }

  @Bean
  OpenAPI description() {
    return new OpenAPI()
        .info(
            new Info()
                .title("Annals")
                .version("1")
                .description("Notes and tasks with their complete history."))
        .components(
            new Components()
                .addSchemas(PROBLEM, problem())
                .addSecuritySchemes(
                    BEARER,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")))
        .addSecurityItem(new SecurityRequirement().addList(BEARER));
  }

  @Bean
  OperationCustomizer conventions() {
    return new OperationConventions();
  }

  /** Describes who may call each operation. */
  @Bean
  OpenApiCustomizer access(AccessTable table) {
    return api ->
        api.getPaths()
            .forEach(
                (path, item) -> {
                  for (Operation operation : item.readOperations()) {
                    if (table.isOpen(path)) {
                      operation.setSecurity(List.of());
                    } else {
                      OperationConventions.describe(operation.getResponses(), Problem.UNAUTHORIZED);
                      OperationConventions.describe(operation.getResponses(), Problem.FORBIDDEN);
                    }
                  }
                });
  }

  /** Adds the probes, which no controller serves. */
  @Bean
  OpenApiCustomizer probes() {
    return api ->
        api.path("/livez", probe("livez", "Whether the program runs"))
            .path("/readyz", probe("readyz", "Whether it can take requests"));
  }

  /** Removes the schemas that nothing refers to: those of unwrapped records. */
  @Bean
  OpenApiCustomizer referencedSchemas() {
    return api -> {
      String document = Json31.pretty(api);
      api.getComponents()
          .getSchemas()
          .keySet()
          .removeIf(name -> !document.contains("#/components/schemas/" + name + "\""));
    };
  }

  private static PathItem probe(String id, String summary) {
    ApiResponses responses =
        new ApiResponses().addApiResponse("200", new ApiResponse().description("OK"));
    OperationConventions.describe(responses, Problem.NOT_ACCEPTABLE);
    OperationConventions.describe(responses, Problem.UNAVAILABLE);
    return new PathItem()
        .get(
            new Operation()
                .operationId(id)
                .summary(summary)
                .security(List.of())
                .responses(responses));
  }

  /** Adds the lengths of texts and lists of tags, and which texts are lines. */
  @Bean
  PropertyCustomizer constraints() {
    return OpenApiConfiguration::constrain;
  }

  private static Schema<?> constrain(Schema<?> property, AnnotatedType type) {
    Annotation[] annotations = type.getCtxAnnotations();
    for (Annotation annotation : annotations == null ? new Annotation[0] : annotations) {
      if (annotation instanceof Text text) {
        property.minLength(text.min()).maxLength(text.max());
        if (text.line()) {
          property.description(LINE);
        }
      } else if (annotation instanceof Tags && property.getItems() != null) {
        property.maxItems(Tags.MAX_TAGS).uniqueItems(true);
        property.getItems().minLength(1).maxLength(Tags.MAX_LENGTH).description(LINE);
      }
    }
    return property;
  }

  /** RFC 9457, with the extension members that this API uses. */
  private static Schema<?> problem() {
    return new ObjectSchema()
        .addProperty("type", new StringSchema().format("uri"))
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema())
        .addProperty("instance", new StringSchema().format("uri-reference"))
        .addProperty("currentVersion", new IntegerSchema().format("int64"))
        .addProperty("violated-policies", new ArraySchema().items(new StringSchema()))
        .addProperty(
            "errors",
            new ArraySchema()
                .items(
                    new ObjectSchema()
                        .addProperty("pointer", new StringSchema())
                        .addProperty("detail", new StringSchema())))
        .required(List.of("type", "title", "status", "detail"));
  }
}
