package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API document {@code docs/openapi.json}, to compare with the answers of programs. {@link
 * ApiDocumentIT} compares it with the served one.
 *
 * <p>A request that the document does not know must be refused with a problem, unless it asks for a
 * page: it has another path or another method. So must a request that is refused before an
 * operation is found, by its line, its header or its expectation; operations do not list these
 * statuses.
 */
final class ApiDescription {

  static final Path FILE = Path.of("../docs/openapi.json");

  private static final String IRI = "https://annals.example/api";
  private static final Pattern PAGES =
      Pattern.compile("/(v3/api-docs.*|swagger-ui.*|console.*|dev/mailbox)?(\\?.*)?");
  private static final Set<Integer> BEFORE_THE_OPERATION = Set.of(405, 414, 417, 431, 501, 505);

  /**
   * Headers of HTTP, of its connections, and of browsers: they have the same meaning everywhere.
   */
  private static final Set<String> GENERAL =
      Set.of(
          "accept",
          "accept-encoding",
          "allow",
          "cache-control",
          "connection",
          "content-encoding",
          "content-length",
          "content-security-policy",
          "content-type",
          "date",
          "expires",
          "keep-alive",
          "last-modified",
          "pragma",
          "referrer-policy",
          "transfer-encoding",
          "vary",
          "x-content-type-options",
          "x-frame-options",
          "x-xss-protection");

  private static final ApiDescription COMMITTED = read();

  private final JsonNode document;
  private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
  private final SchemaRegistry registry;
  private final List<Template> templates;

  private ApiDescription(String json) {
    JsonNode closed = Json.parse(json.replace("\"#/components/", "\"" + IRI + "#/components/"));
    close(closed);
    document = closed;
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(IRI, closed.toString())));
    templates =
        document.get("paths").properties().stream()
            .map(path -> new Template(path.getKey(), path.getValue()))
            .sorted(Comparator.comparingLong(Template::variables))
            .toList();
  }

  private static ApiDescription read() {
    try {
      return new ApiDescription(Files.readString(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path of the document. */
  private record Template(Pattern pattern, long variables, JsonNode operations) {
    Template(String path, JsonNode operations) {
      this(
          Pattern.compile(
              Stream.of(path.split("(?<=})|(?=\\{)"))
                  .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
                  .collect(Collectors.joining())),
          path.chars().filter(character -> character == '{').count(),
          operations);
    }
  }

  /** Asserts that the document describes an answer, with nothing undeclared in it. */
  static void describes(Answer answer) {
    COMMITTED.check(answer);
  }

  private void check(Answer answer) {
    Optional<JsonNode> operations =
        templates.stream()
            .filter(template -> template.pattern().matcher(answer.asked().getRawPath()).matches())
            .findFirst()
            .map(Template::operations);
    String method = answer.method().equals("HEAD") ? "GET" : answer.method();
    Optional<JsonNode> response =
        operations
            .map(known -> known.get(method.toLowerCase(Locale.ROOT)))
            .map(operation -> operation.at("/responses/" + answer.status()))
            .map(this::resolved);
    if (response.filter(JsonNode::isObject).isPresent()) {
      checkHeaders(answer, response.get());
      checkBody(answer, response.get());
    } else if (!isUndescribed(answer, operations)) {
      throw new AssertionError("The document does not describe it: " + answer);
    } else if (answer.status() >= 400 && !answer.text().isEmpty()) {
      valid(answer, document.at("/components/schemas/Problem"));
    }
  }

  private static boolean isUndescribed(Answer answer, Optional<JsonNode> operations) {
    return operations.isEmpty()
        ? answer.status() >= 400 || PAGES.matcher(answer.asked().toString()).matches()
        : BEFORE_THE_OPERATION.contains(answer.status())
            || answer.method().equals("OPTIONS")
            || (answer.status() >= 400
                && !operations.get().has(answer.method().toLowerCase(Locale.ROOT))
                && !answer.method().equals("HEAD"));
  }

  private void checkHeaders(Answer answer, JsonNode response) {
    Set<String> declared = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (var header : response.path("headers").properties()) {
      declared.add(header.getKey());
      if (resolved(header.getValue()).path("required").asBoolean()) {
        assertThat(answer.header(header.getKey()))
            .as("%s of %s", header.getKey(), answer)
            .isPresent();
      }
    }
    assertThat(answer.headers().map().keySet().stream().filter(name -> !isGeneral(name)))
        .as("headers of %s", answer)
        .allMatch(declared::contains);
  }

  private static boolean isGeneral(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return GENERAL.contains(name) || name.startsWith("access-control-");
  }

  private void checkBody(Answer answer, JsonNode response) {
    JsonNode content = response.path("content");
    if (answer.text().isEmpty()) {
      assertThat(content.isEmpty() || answer.method().equals("HEAD") || answer.status() >= 400)
          .as("no body: %s", answer)
          .isTrue();
      return;
    }
    String type = answer.header("Content-Type").orElse("").replaceFirst(";.*", "");
    JsonNode declared =
        content.properties().stream()
            .filter(it -> it.getKey().replaceFirst(";.*", "").equals(type))
            .findFirst()
            .map(Map.Entry::getValue)
            .orElseThrow(() -> new AssertionError("media type " + type + " of " + answer));
    if (type.endsWith("json")
        && !type.endsWith("ndjson")
        && declared.has("schema")
        && !declared.at("/schema/format").asString("").equals("binary")
        && answer.header("Content-Encoding").isEmpty()) {
      valid(answer, declared.get("schema"));
    }
  }

  private void valid(Answer answer, JsonNode schema) {
    assertThat(
            schemas
                .computeIfAbsent(schema, registry::getSchema)
                .validate(
                    answer.json(),
                    context ->
                        context.executionConfig(config -> config.formatAssertionsEnabled(true))))
        .as("body of %s", answer)
        .isEmpty();
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref")
        ? document.at(node.get("$ref").asString().substring(IRI.length() + 1))
        : node;
  }

  /** Forbids properties that a schema does not name. */
  private static void close(JsonNode node) {
    if (node instanceof ObjectNode schema
        && schema.path("type").asString("").equals("object")
        && schema.has("properties")
        && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    node.forEach(ApiDescription::close);
  }
}
