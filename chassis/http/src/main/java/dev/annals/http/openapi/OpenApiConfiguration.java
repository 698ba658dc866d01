package dev.annals.http.openapi;

import dev.annals.base.problem.Problem;
import dev.annals.base.security.AccessTable;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.base.web.ApiTitle;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Tags;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.FormFile;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.IfMatch;
import dev.annals.http.web.LastEventId;
import dev.annals.http.web.PublicUrl;
import dev.annals.http.web.QueryParameters;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.lang.annotation.Annotation;
import java.util.Comparator;
import java.util.List;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springdoc.core.customizers.PropertyCustomizer;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.JsonNode;

/** Describes the API (OpenAPI 3.1). */
@ChassisConfiguration
@Import({MarkdownJavadoc.class, ParameterDescriptions.class, RecordSchemas.class})
public class OpenApiConfiguration {

  @Bean
  @ConditionalOnMissingBean
  ApiTitle untitled() {
    return new ApiTitle("API", "");
  }

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
            LastEventId.class,
            QueryParameters.class)
        .replaceWithClass(JsonNode.class, Object.class)
        .replaceWithSchema(StreamingResponseBody.class, new StringSchema().format("binary"));
  }

  @Bean
  OpenAPI description(PublicUrl url, ApiTitle title) {
    return new OpenAPI()
        .servers(url.configured().map(it -> List.of(new Server().url(it))).orElse(null))
        .info(
            new Info()
                .title(title.title())
                .version("1")
                .description(title.description())
                .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
        .components(
            new Components()
                .addSecuritySchemes(
                    BEARER,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.HTTP)
                        .scheme("bearer")
                        .bearerFormat("JWT")))
        .addSecurityItem(new SecurityRequirement().addList(BEARER))
        .addTagsItem(new Tag().name("Probes").description("Whether the program works."));
  }

  @Bean
  OperationConventions conventions(MarkdownJavadoc javadoc, AccessTable table) {
    return new OperationConventions(javadoc, table);
  }

  @Bean
  ResponseConventions responseConventions() {
    return new ResponseConventions();
  }

  /**
   * Adds the probes, which no controller serves, and all that operations refer to; removes the
   * schemas that nothing refers to: those of unwrapped records.
   */
  @Bean
  OpenApiCustomizer completion(OperationConventions conventions) {
    return api -> {
      api.path(
              "/livez",
              probe(
                  conventions,
                  "livez",
                  "Tells whether the program runs. A program that does not must be restarted."))
          .path(
              "/readyz",
              probe(
                  conventions,
                  "readyz",
                  "Tells whether the program can take requests. It needs the event store for them."));
      conventions.errors().forEach(api.getComponents()::addResponses);
      ResponseHeaders.all().forEach(api.getComponents()::addHeaders);
      api.getTags().sort(Comparator.comparing(Tag::getName));
      RequestSchemas.close(api);
      String document = Json31.pretty(api);
      api.getComponents()
          .getSchemas()
          .keySet()
          .removeIf(name -> !document.contains("#/components/schemas/" + name + "\""));
      api.getComponents().addSchemas(PROBLEM, problem());
    };
  }

  private static PathItem probe(OperationConventions conventions, String id, String description) {
    Schema<?> health =
        new ObjectSchema().addProperty("status", new StringSchema()).required(List.of("status"));
    Content content =
        new Content()
            .addMediaType("application/json", new MediaType().schema(health))
            .addMediaType(
                ApiVersion.LATEST.getProducedMimeType().toString(), new MediaType().schema(health));
    ApiResponses responses = new ApiResponses();
    for (HttpStatus status : List.of(HttpStatus.OK, HttpStatus.SERVICE_UNAVAILABLE)) {
      ApiResponse response =
          new ApiResponse().description(status.getReasonPhrase()).content(content);
      ResponseHeaders.add(response, ResponseHeaders.REQUEST_ID);
      responses.addApiResponse(Integer.toString(status.value()), response);
    }
    conventions.describe(responses, List.of(Problem.NOT_ACCEPTABLE), false);
    return new PathItem()
        .get(
            new Operation()
                .operationId(id)
                .addTagsItem("Probes")
                .summary(conventions.summary(description))
                .description(description)
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
          property.description(LINE).pattern(RequestSchemas.LINE);
        }
      } else if (annotation instanceof Tags && property.getItems() != null) {
        property.maxItems(Tags.MAX_TAGS).uniqueItems(true);
        property
            .getItems()
            .minLength(1)
            .maxLength(Tags.MAX_LENGTH)
            .description(LINE)
            .pattern(RequestSchemas.LINE);
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
                        .addProperty("detail", new StringSchema())
                        .required(List.of("pointer", "detail"))))
        .required(List.of("type", "title", "status", "detail"));
  }
}
