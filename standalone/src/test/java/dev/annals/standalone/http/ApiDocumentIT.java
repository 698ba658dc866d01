package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The API document. {@link ApiDescription} compares it with the answers to all other tests. */
@ExtendWith(Deployment.class)
class ApiDocumentIT {

  private static final Path WRITTEN = Path.of("target/openapi.json");

  private final JsonNode api;

  ApiDocumentIT(Annals annals) {
    api = annals.anybody().get("/v3/api-docs").expect(200).json();
  }

  @Test
  void theServedDocumentEqualsTheCommittedOne() throws IOException {
    String served = written(api);
    Files.writeString(WRITTEN, served);
    assertThat(Files.readString(ApiDescription.FILE))
        .as("It is stale. Read what is new, then: cp standalone/target/openapi.json docs/")
        .isEqualTo(served);
  }

  /** Returns the document in one order, as that of its paths and schemas is not fixed. */
  private static String written(JsonNode api) {
    ObjectNode sorted = (ObjectNode) api.deepCopy();
    sorted.putArray("servers").addObject().put("url", "http://localhost:8080");
    Stream.of("/paths", "/components/schemas", "/components/responses", "/components/headers")
        .map(sorted::at)
        .forEach(members -> sort((ObjectNode) members));
    sorted.at("/paths").forEach(path -> sort((ObjectNode) path));
    sorted.set(
        "tags",
        sorted
            .arrayNode()
            .addAll(
                sorted
                    .get("tags")
                    .valueStream()
                    .sorted(Comparator.comparing(tag -> tag.get("name").asString()))
                    .toList()));
    operations(sorted).values().forEach(it -> sort((ObjectNode) it.get("responses")));
    return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(sorted) + "\n";
  }

  private static void sort(ObjectNode node) {
    Map<String, JsonNode> members = new TreeMap<>(Comparator.naturalOrder());
    node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    node.removeAll();
    node.setAll(members);
  }

  /** Returns the operations by method and path. */
  private static Map<String, JsonNode> operations(JsonNode api) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (var path : api.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        all.put(operation.getKey() + " " + path.getKey(), operation.getValue());
      }
    }
    return all;
  }

  @Test
  void eachOperationHasASummaryADescriptionAndADefinedTag() {
    List<String> tags = Json.texts(api.get("tags"), "name");
    assertThat(tags).doesNotHaveDuplicates().contains("Notes", "Tasks");
    operations(api)
        .forEach(
            (name, operation) -> {
              assertThat(operation.path("summary").asString(""))
                  .as(name)
                  .matches("[A-Z].{5,79}(?<!\\.)");
              assertThat(operation.path("description").asString(""))
                  .as(name)
                  .contains(". ")
                  .endsWith(".");
              assertThat(operation.path("tags").valueStream().map(JsonNode::asString))
                  .as(name)
                  .hasSize(1)
                  .isSubsetOf(tags);
            });
  }

  @Test
  void textsAreMarkdownWithoutNamesOfClasses() {
    for (String member : List.of("description", "summary")) {
      assertThat(api.findValues(member).stream().filter(JsonNode::isString).map(JsonNode::asString))
          .isNotEmpty()
          .allSatisfy(text -> assertThat(text).doesNotContain("{@", "<", "dev.annals", "View"));
    }
  }

  @Test
  void operationIdsAreUnique() {
    assertThat(api.findValuesAsString("operationId")).doesNotHaveDuplicates();
  }

  @Test
  void noMediaTypeOfAResponseIsAWildcard() {
    for (JsonNode operation : operations(api).values()) {
      for (JsonNode response : operation.get("responses")) {
        assertThat(response.path("content").propertyNames()).noneMatch(type -> type.contains("*"));
      }
    }
  }

  @Test
  void aPropertyWhoseDescriptionMentionsNullCanBeNull() {
    for (var schema : api.at("/components/schemas").properties()) {
      for (var property : schema.getValue().path("properties").properties()) {
        JsonNode value = property.getValue();
        if (value.path("description").asString("").matches("(?is).*\\bnull\\b.*")
            && value.has("type")
            && Json.texts(schema.getValue().path("required")).contains(property.getKey())) {
          assertThat(Json.texts(value.get("type")))
              .as("%s of %s", property.getKey(), schema.getKey())
              .contains("null");
        }
      }
    }
  }

  @Test
  void idsAndAddressesHaveAFormat() {
    for (var schema : api.at("/components/schemas").properties()) {
      for (var property : schema.getValue().path("properties").properties()) {
        String name = property.getKey();
        String format = property.getValue().path("format").asString("");
        if (name.equals("id") || (name.endsWith("Id") && !name.equals("correlationId"))) {
          assertThat(format).as("%s of %s", name, schema.getKey()).isEqualTo("uuid");
        }
        if (name.equals("email")) {
          assertThat(format).as("%s of %s", name, schema.getKey()).isEqualTo("email");
        }
      }
    }
  }

  @Test
  void requestsAreClosedAndTheirPatternsAreAnchored() {
    for (JsonNode operation : operations(api).values()) {
      String reference =
          operation.at("/requestBody/content/application~1json/schema/$ref").asString("");
      if (!reference.isEmpty()) {
        JsonNode schema = api.at(reference.substring(1));
        assertThat(schema.get("additionalProperties").asBoolean(true)).as(reference).isFalse();
        for (JsonNode property : schema.get("properties")) {
          assertThat(property.path("pattern").asString("^$")).startsWith("^").endsWith("$");
        }
      }
      for (JsonNode parameter : operation.path("parameters")) {
        if (Set.of("If-Match", "Idempotency-Key", "Consistency-Token")
            .contains(parameter.get("name").asString())) {
          assertThat(parameter.at("/schema/pattern").asString("")).startsWith("^").endsWith("$");
        }
        assertThat(parameter.get("name").asString()).isNotEqualTo("User-Agent");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "post /notes, 201, 'Consistency-Token ETag Location X-Request-Id'",
    "get /notes, 200, 'Cache-Status Link X-Request-Id'",
    "get /notes/{id}, 304, 'ETag X-Request-Id'",
    "delete /notes/{id}, 204, 'Consistency-Token X-Request-Id'",
    "post /tasks, 201, 'Consistency-Token ETag Location RateLimit RateLimit-Policy X-Request-Id'",
    "post /tasks/bulk, 201, 'Consistency-Token RateLimit RateLimit-Policy X-Request-Id'",
    "post /webhooks, 201, 'ETag Location X-Request-Id'",
    "put /webhooks/{id}, 200, 'ETag X-Request-Id'",
    "delete /webhooks/{id}, 204, 'X-Request-Id'",
    "post /tasks/{id}/attachments, 201, 'Consistency-Token Location X-Request-Id'",
    "post /auth/login, 200, 'RateLimit RateLimit-Policy X-Request-Id'",
    "post /admin/processors/{name}/replay, 202, 'Location X-Request-Id'",
    "get /tasks/{id}/attachments/{attachmentId}, 206, 'Accept-Ranges Content-Disposition Content-Range ETag X-Request-Id'"
  })
  void namesTheHeadersOfResponses(String operation, String status, String headers) {
    assertThat(
            operations(api).get(operation).at("/responses/" + status + "/headers").propertyNames())
        .containsExactlyInAnyOrder(headers.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "Unauthorized, 'WWW-Authenticate X-Request-Id'",
    "TooManyRequests, 'Retry-After X-Request-Id'",
    "Unavailable, 'Retry-After X-Request-Id'"
  })
  void namesTheHeadersOfProblems(String problem, String headers) {
    assertThat(api.at("/components/responses/" + problem + "/headers").propertyNames())
        .containsExactlyInAnyOrder(headers.split(" "));
  }

  @Test
  void describesAnUploadAsABinaryPart() {
    JsonNode form =
        api.at("/paths/~1tasks~1{id}~1attachments/post/requestBody")
            .at("/content/multipart~1form-data/schema");
    assertThat(form.at("/properties/file/format").asString()).isEqualTo("binary");
    assertThat(Json.texts(form.get("required"))).containsExactly("file");
  }

  @Test
  void describesAPayloadAsAnyJson() {
    assertThat(api.at("/components/schemas/AuditedEvent/properties/payload").propertyNames())
        .containsOnly("description");
  }
}
