package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.annals.servers.StompClient;
import dev.annals.servers.StreamClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The AsyncAPI document, to compare with the sent frames. */
final class AsyncApi {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ObjectNode document;

  AsyncApi(String json) {
    document = (ObjectNode) JSON.readTree(json);
    assertThat(document.get("asyncapi").asString()).isEqualTo("3.0.0");
  }

  /** Asserts that a frame without a body matches the message of that name. */
  void headers(String message, StompClient.Frame frame) {
    assertThat(document.at("/components/messages/" + message + "/title").asString())
        .isEqualTo(frame.command());
    assertThat(faults(message + "/headers", JSON.valueToTree(frame.headers()))).isEmpty();
  }

  /** Asserts that a frame matches the message of that name, with no other properties. */
  void message(String message, StompClient.Frame frame) {
    headers(message, frame);
    JsonNode body = JSON.readTree(frame.body());
    assertThat(faults(message + "/payload", body)).isEmpty();
    JsonNode payload = document.at("/components/messages/" + message + "/payload/$ref");
    assertThat(body.propertyNames())
        .containsExactlyInAnyOrderElementsOf(
            document.at(payload.asString().substring(1)).get("properties").propertyNames());
  }

  /** Asserts that a server-sent event matches the message of that name. */
  void event(String message, StreamClient.Event event) {
    assertThat(document.at("/components/messages/" + message + "/title").asString())
        .isEqualTo(event.name());
    Map<String, String> fields = new HashMap<>(event.fields());
    JsonNode data = JSON.readTree(fields.remove("data"));
    assertThat(faults(message + "/headers", JSON.valueToTree(fields))).isEmpty();
    assertThat(faults(message + "/payload", data)).isEmpty();
  }

  /** Asserts that every reference in the document resolves. */
  void isWhole() {
    assertThat(document.findValuesAsString("$ref"))
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  List<String> enumOf(String schema, String property) {
    return document
        .at("/components/schemas/" + schema + "/properties/" + property + "/enum")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  private List<String> faults(String part, JsonNode value) {
    // The whole document with a reference at its root, so that references within it resolve.
    ObjectNode schema = document.deepCopy();
    schema.put("$ref", "#/components/messages/" + part);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema)
        .validate(value)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
