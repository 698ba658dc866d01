package dev.annals.http.openapi;

import static org.springframework.http.MediaType.APPLICATION_JSON_VALUE;

import com.ibm.icu.text.UnicodeSet;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.media.Schema;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Makes the schemas of request bodies as strict as the program, which ignores nothing. */
final class RequestSchemas {

  private static final String BREAKS = "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029";

  /** A regular expression (ECMA-262) for a line with a visible character, exact for the BMP. */
  static final String LINE = "^[^%s]*[^%s][^%1$s]*$".formatted(BREAKS, BREAKS + invisible());

  // Neither the database nor UTF-8 can store NUL or half a surrogate pair.
  private static final String STORABLE = "^[^\\x00]*$";

  @SuppressWarnings("rawtypes")
  private final Map<String, Schema> schemas;

  private final Set<String> closed = new HashSet<>();

  private RequestSchemas(OpenAPI api) {
    schemas = api.getComponents().getSchemas();
  }

  /** Closes the schemas of all request bodies in JSON: an unknown property is refused. */
  static void close(OpenAPI api) {
    RequestSchemas requests = new RequestSchemas(api);
    api.getPaths().values().stream()
        .flatMap(path -> path.readOperations().stream())
        .filter(operation -> operation.getRequestBody() != null)
        .flatMap(
            operation ->
                Stream.ofNullable(
                    operation.getRequestBody().getContent().get(APPLICATION_JSON_VALUE)))
        .forEach(body -> requests.close(body.getSchema()));
  }

  private void close(Schema<?> schema) {
    if (schema.get$ref() != null) {
      String name = schema.get$ref().substring(schema.get$ref().lastIndexOf('/') + 1);
      if (closed.add(name)) {
        close(schemas.get(name));
      }
    } else if (schema.getProperties() != null) {
      schema.setAdditionalProperties(false);
      schema.getProperties().values().forEach(this::close);
    } else if (schema.getItems() != null) {
      close(schema.getItems());
    } else if (schema.getPattern() != null) {
      // Unlike Jakarta Validation, JSON Schema looks for a match anywhere in the text.
      schema.setPattern(
          schema.getPattern().startsWith("^")
              ? schema.getPattern()
              : "^(?:" + schema.getPattern() + ")$");
    } else if (types(schema).anyMatch("string"::equals)
        && schema.getFormat() == null
        && schema.getEnum() == null) {
      schema.setPattern(STORABLE);
    }
  }

  private static Stream<String> types(Schema<?> schema) {
    return schema.getTypes() == null
        ? Stream.ofNullable(schema.getType())
        : schema.getTypes().stream();
  }

  private static String invisible() {
    UnicodeSet set =
        new UnicodeSet("[[:White_Space:][:Default_Ignorable_Code_Point:][:Cf:]\\u2800]")
            .retain(0, Character.MAX_VALUE);
    return StreamSupport.stream(set.ranges().spliterator(), false)
        .map(range -> "\\u%04x-\\u%04x".formatted(range.codepoint, range.codepointEnd))
        .collect(Collectors.joining());
  }
}
