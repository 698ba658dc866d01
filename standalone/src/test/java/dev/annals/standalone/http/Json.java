package dev.annals.standalone.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads JSON. */
final class Json {

  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Json() {}

  static JsonNode parse(byte[] json) {
    return MAPPER.readTree(json);
  }

  static JsonNode parse(String json) {
    return MAPPER.readTree(json);
  }

  /** Returns a value as JSON. */
  static String of(Object value) {
    return MAPPER.writeValueAsString(value);
  }

  /** Returns an object of alternating names and values. */
  static String object(Object... namesAndValues) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      properties.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return of(properties);
  }

  /** Returns the object without a property. */
  static String without(String json, String property) {
    Map<String, Object> properties = properties(json);
    properties.remove(property);
    return of(properties);
  }

  /** Returns the object with another value of a property. */
  static String with(String json, String property, Object value) {
    Map<String, Object> properties = properties(json);
    properties.put(property, value);
    return of(properties);
  }

  /** Returns the strings of a property of each element of an array. */
  static List<String> texts(JsonNode array, String property) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(element -> element.get(property).asString())
        .toList();
  }

  /** Returns the strings of an array. */
  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> properties(String json) {
    return MAPPER.readValue(json, LinkedHashMap.class);
  }
}
