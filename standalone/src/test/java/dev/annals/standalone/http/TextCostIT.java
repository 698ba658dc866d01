package dev.annals.standalone.http;

import dev.annals.servers.LinearGrowth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/**
 * Sends hostile texts in each text property, path parameter and query parameter of the API
 * document. A text of twice the length must cost at most three times the CPU time, accepted or
 * refused.
 */
@ExtendWith(Deployment.class)
class TextCostIT {

  /** Long runs of characters that fold, compose, reorder, expand or are escaped. */
  private static final List<String> HOSTILE =
      List.of(
          "Σ",
          "ΑΣ",
          "İ",
          "ß",
          "\u0315\u0316",
          "\u0345\u0334",
          "\u0301\u0316".repeat(15) + "\uFF9E",
          "\u0344",
          "\u1100\u1161\u11A8",
          "\u1161",
          "\uFDFA",
          "\uFB03",
          "\u3099",
          "\uD834\uDD6E",
          "\uD83D\uDE00",
          "\u200D",
          "\uD83C\uDDE6",
          "\\",
          "\"",
          "{",
          "%_",
          "a ",
          "@",
          ".",
          "xn--");

  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
  private static final String FIRST = "x";
  private static final int LARGE = 75_000;
  // As many as fit into a request line if each is escaped.
  private static final int OF_A_LINE = 300;

  private final Annals annals;
  private final LinearGrowth growth;
  private final Client admin;
  private final JsonNode document;

  TextCostIT(Annals annals, LinearGrowth growth) {
    this.annals = annals;
    this.growth = growth;
    admin = annals.admin().with("If-Match", "*");
    document = annals.anybody().get("/v3/api-docs").expect(200).json();
  }

  /** A request with a text in one place. */
  private record Place(String name, int size, Consumer<String> sender) {}

  @TestFactory
  Stream<DynamicTest> growsWithTheTextWhereverItStands() {
    return places().stream()
        .map(
            place ->
                DynamicTest.dynamicTest(
                    place.name(),
                    () ->
                        growth.assertLinear(
                            place.size(),
                            size -> {
                              String text = hostile(size);
                              return () -> place.sender().accept(text);
                            })));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void growsLinearlyWithStoredFoundAndListedText(Kind kind) {
    Client user = annals.newUser();
    String property = kind == Kind.NOTE ? "content" : "description";
    growth.assertLinear(
        kind == Kind.NOTE ? 50_000 : 5_000,
        size -> {
          String body = Json.with(kind.creation, property, hostile(size));
          return () -> {
            String token =
                user.post(kind.path, body).expect(201).header("Consistency-Token").orElseThrow();
            user.with("Consistency-Token", token)
                .get(kind.path + "?sort=title&q=%CE%A3")
                .expect(200);
          };
        });
  }

  private static String hostile(int size) {
    StringBuilder text = new StringBuilder(FIRST);
    for (String part : HOSTILE) {
      text.append(part.repeat(size / HOSTILE.size() / part.length()));
    }
    return text.toString();
  }

  private List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (var path : document.get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        places.addAll(
            places(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
      }
    }
    return places;
  }

  private List<Place> places(String method, String pattern, JsonNode operation) {
    List<Place> places = new ArrayList<>();
    String operationName = method + " " + pattern + " ";
    String path = withIds(pattern);
    JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
    String json = schema.isMissingNode() ? "" : Json.of(example(schema));
    boolean asksForAPassword = json.toLowerCase(Locale.ROOT).contains("password\"");
    texts(schema)
        .forEach(
            (name, body) -> {
              // Wrong passwords would lock the administrator, whom other tests use.
              Client sender = asksForAPassword ? annals.newUser().with("If-Match", "*") : admin;
              places.add(
                  new Place(
                      operationName + name,
                      LARGE,
                      text -> sender.send(method, path, Json.of(body.apply(text)))));
            });
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.get("name").asString();
      if (parameter.get("in").asString().equals("query")) {
        places.add(
            new Place(
                operationName + "?" + name,
                OF_A_LINE,
                text -> admin.send(method, path + "?" + name + "=" + Listing.encoded(text), json)));
      }
    }
    for (MatchResult variable : VARIABLE.matcher(pattern).results().toList()) {
      places.add(
          new Place(
              operationName + variable.group(),
              OF_A_LINE,
              text ->
                  admin.send(
                      method,
                      withIds(pattern.replace(variable.group(), Listing.encoded(text))),
                      json)));
    }
    return places;
  }

  private static String withIds(String pattern) {
    return VARIABLE
        .matcher(pattern)
        .replaceAll(variable -> UUID.nameUUIDFromBytes(new byte[] {1}).toString());
  }

  /** Returns the requests with a text in each place, by the name of the place. */
  private Map<String, Function<String, Object>> texts(JsonNode reference) {
    JsonNode schema = resolved(reference);
    Map<String, Function<String, Object>> texts = new LinkedHashMap<>();
    switch (type(schema)) {
      case "string" -> texts.put("", text -> text);
      case "array" ->
          texts(schema.get("items"))
              .forEach((name, value) -> texts.put("/0" + name, text -> List.of(value.apply(text))));
      case "object" -> {
        for (var property : schema.path("properties").properties()) {
          texts(property.getValue())
              .forEach(
                  (name, value) ->
                      texts.put(
                          "/" + property.getKey() + name,
                          text -> {
                            Map<String, Object> object = new LinkedHashMap<>();
                            object.putAll(object(schema));
                            object.put(property.getKey(), value.apply(text));
                            return object;
                          }));
        }
      }
      default -> {}
    }
    return texts;
  }

  private Object example(JsonNode reference) {
    JsonNode schema = resolved(reference);
    return switch (type(schema)) {
      case "string" -> FIRST;
      case "integer", "number" -> 1;
      case "boolean" -> false;
      case "array" -> List.of();
      default -> object(schema);
    };
  }

  private Map<String, Object> object(JsonNode schema) {
    Map<String, Object> object = new LinkedHashMap<>();
    schema
        .path("properties")
        .properties()
        .forEach(property -> object.put(property.getKey(), example(property.getValue())));
    return object;
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    return Optional.of(type.isArray() ? type.path(0) : type)
        .map(name -> name.asString(""))
        .filter(name -> !name.isEmpty())
        .orElse(schema.has("properties") ? "object" : "");
  }

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.get("$ref").asString().substring(1)) : schema;
  }
}
