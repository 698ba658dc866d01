package dev.annals.standalone.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * An operation of the API document.
 *
 * @param path with its variables in braces
 */
record Operation(String method, String path, JsonNode document, JsonNode api) {

  static final String JSON = "application/json";
  static final String MULTIPART = "multipart/form-data";

  /** Returns the operations in the order of the document. */
  static List<Operation> all(JsonNode api) {
    List<Operation> operations = new ArrayList<>();
    for (var path : api.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        operations.add(
            new Operation(
                operation.getKey().toUpperCase(Locale.ROOT),
                path.getKey(),
                operation.getValue(),
                api));
      }
    }
    return operations;
  }

  boolean isRead() {
    return method.equals("GET");
  }

  /** Returns true if the operation needs a token. */
  boolean isClosed() {
    return !document.path("security").isArray() || !document.get("security").isEmpty();
  }

  boolean documents(int status) {
    return document.path("responses").has(Integer.toString(status));
  }

  /** Returns the media type of the request body. */
  Optional<String> bodyType() {
    return document.at("/requestBody/content").propertyNames().stream().findFirst();
  }

  /** Returns the media types of successful answers; none for answers without a body. */
  List<String> answerTypes() {
    List<String> types = new ArrayList<>();
    for (var response : document.path("responses").properties()) {
      if (response.getKey().startsWith("2")) {
        types.addAll(response.getValue().path("content").propertyNames());
      }
    }
    return types;
  }

  /** Returns the names of the parameters in the path, the query or the header. */
  List<String> parameters(String in) {
    return StreamSupport.stream(document.path("parameters").spliterator(), false)
        .filter(parameter -> parameter.get("in").asString().equals(in))
        .map(parameter -> parameter.get("name").asString())
        .toList();
  }

  boolean takes(String header) {
    return parameters("header").stream().anyMatch(header::equalsIgnoreCase);
  }

  /** Returns the property names of the request body. */
  List<String> properties() {
    JsonNode schema = document.at("/requestBody/content/application~1json/schema");
    JsonNode named =
        schema.has("$ref") ? api.at(schema.get("$ref").asString().substring(1)) : schema;
    return List.copyOf(named.path("properties").propertyNames());
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
