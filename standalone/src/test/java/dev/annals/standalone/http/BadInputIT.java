package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends invalid values to each operation of the API document: in each property, parameter and
 * header, and invalid bodies. A refusal must be a problem document and store nothing. {@code
 * verify} runs a fixed part; the tag {@code long} runs everything.
 */
@ExtendWith(Deployment.class)
@Tag("gateway") // Each side describes its own calls; the gateway merges the documents.
class BadInputIT {

  private static final long SEED = 20260924;
  private static final int PART = 12;

  /** Operations that change the state of other tests even with valid input. */
  private static final Set<String> LEFT_ALONE =
      Set.of(
          "POST /admin/keys/rotate", "POST /auth/logout-all", "POST /admin/schedules/{name}/run");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "1.5",
          "1e400",
          "NaN",
          "99999999999999999999999",
          "[]",
          "[[]]",
          "[null]",
          "[{}]",
          "{}",
          "{\"a\":{}}",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\uD800\"",
          "\"\\uDC00\\uD800\"",
          "\"NaN\"",
          "\"" + "x".repeat(200_000) + "\"",
          "\"\\u202Egnp.exe\"",
          "[" + "\"x\",".repeat(2_000) + "\"x\"]");
  private static final List<String> BODIES =
      List.of(
          "",
          " ",
          "null",
          "[]",
          "7",
          "\"text\"",
          "{",
          "{}}",
          "{\"a\"}",
          "{'a':1}",
          "{\"a\":1,}",
          "{\"a\":1,\"a\":2}",
          "\uFEFF{}",
          "[".repeat(20_000),
          "{\"a\":".repeat(20_000),
          "{\"a\":\"" + "x".repeat((1 << 20) + 1) + "\"}");
  private static final List<String> TYPES =
      List.of(
          "text/plain",
          "application/xml",
          "application/x-www-form-urlencoded",
          "application/json;charset=utf-16",
          "multipart/form-data",
          "json",
          "*/*",
          ";");
  private static final List<String> TEXTS =
      List.of(
          "",
          "abc",
          "-1",
          "1.5",
          "99999999999999999999",
          "null",
          "%00",
          "%FF",
          "%ED%A0%80",
          "..%2F..%2Fetc",
          "%F0%9F%98%80",
          "NaN",
          "2026-13-41T25:00:00Z",
          "+999999999-12-31T23:59:59Z",
          "x".repeat(3_000));
  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "If-Match",
              List.of(
                  "x",
                  "\"",
                  "\"x\"",
                  "\"-2\"",
                  "\"99999999999999999999\"",
                  "W/\"1\"",
                  "\"1\", \"2\""),
          "If-None-Match", List.of("x", "\"", "W/"),
          "Idempotency-Key", List.of("", "\"\"", "\"", "\"a", "a".repeat(300), "a b", "\"\u00e9\""),
          "Consistency-Token", List.of("x", ",", "AAAA", "!".repeat(100), "a,".repeat(60) + "a"),
          "Range", List.of("bytes=9-1", "bytes=x", "lines=1-2", "bytes=99999999999999999999-"),
          "Accept", List.of("text/x-nothing", "/", "*"),
          "Authorization",
              List.of("Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer \u00e9"),
          "X-Long", List.of("x".repeat(60_000)));

  private final Annals annals;
  private final Client anybody;
  private final JdbcClient jdbc;
  private final JsonNode document;

  BadInputIT(Annals annals, Database database) {
    this.annals = annals;
    this.anybody = annals.anybody();
    this.jdbc = database.jdbc();
    this.document = anybody.get("/v3/api-docs").expect(200).json();
  }

  private record Operation(String method, String path, JsonNode description) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** A request and its error. */
  private record Bad(String path, Map<String, String> headers, Optional<byte[]> body) {}

  @TestFactory
  Stream<DynamicTest> aPartIsRefusedWithProblems() {
    return operations().map(it -> DynamicTest.dynamicTest(it.toString(), () -> send(it, part(it))));
  }

  @TestFactory
  @Tag("long")
  Stream<DynamicTest> isRefusedWithProblems() {
    return operations().map(it -> DynamicTest.dynamicTest(it.toString(), () -> send(it, bad(it))));
  }

  private List<Bad> part(Operation operation) {
    List<Bad> all = bad(operation);
    Collections.shuffle(all, new Random(SEED + operation.toString().hashCode()));
    return all.subList(0, Math.min(PART, all.size()));
  }

  private void send(Operation operation, List<Bad> requests) {
    String email = Annals.newEmail();
    String id =
        anybody
            .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Eve"))
            .expect(201)
            .text("/id");
    boolean administration = operation.path().matches("/(admin|audit)/.*");
    Client client = administration ? annals.admin() : annals.signedIn(email, Annals.PASSWORD);
    long before = events(id);
    int accepted = 0;
    for (Bad request : requests) {
      Client sender = client;
      for (Map.Entry<String, String> header : request.headers().entrySet()) {
        sender = sender.with(header.getKey(), header.getValue());
      }
      BodyPublisher body =
          request.body().map(BodyPublishers::ofByteArray).orElse(BodyPublishers.noBody());
      Answer answer = sender.send(operation.method(), request.path(), body);
      String what =
          "%s with %s of %s: %s".formatted(operation, request.headers(), shown(request), answer);
      assertThat(answer.status()).as(what).isLessThan(500);
      if (answer.status() < 400) {
        accepted++;
      } else {
        assertThat(answer.header("Content-Type"))
            .as(what)
            .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
        assertThat(answer.json().path("status").asInt()).as(what).isEqualTo(answer.status());
      }
    }
    assertThat(events(id) - before)
        .as("%s stored more than it accepted", operation)
        .isLessThanOrEqualTo(accepted);
  }

  private static String shown(Bad request) {
    String body =
        request.body().map(it -> new String(it, StandardCharsets.UTF_8)).orElse("nothing");
    return request.path() + " " + (body.length() > 200 ? body.substring(0, 200) + "…" : body);
  }

  /** Returns the number of events of an actor. */
  private long events(String actor) {
    return jdbc.sql(
            """
            select count(*) from events.domain_event_entry
            where convert_from(meta_data, 'UTF8')::jsonb ->> 'actor' = ?
            """)
        .param(actor)
        .query(Long.class)
        .single();
  }

  private Stream<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (var path : document.get("paths").properties()) {
      for (var method : path.getValue().properties()) {
        operations.add(
            new Operation(
                method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue()));
      }
    }
    return operations.stream().filter(it -> !LEFT_ALONE.contains(it.toString()));
  }

  private List<Bad> bad(Operation operation) {
    List<Bad> requests = new ArrayList<>();
    String path = Pattern.compile("\\{\\w+}").matcher(operation.path()).replaceAll(this::some);
    JsonNode json =
        resolved(operation.description().at("/requestBody/content/application~1json/schema"));
    Optional<byte[]> good =
        json.isMissingNode() ? Optional.empty() : Optional.of(bytes(example(json, 0).toString()));
    Map<String, String> jsonType =
        good.isPresent() ? Map.of("Content-Type", "application/json") : Map.of();
    for (MatchResult variable :
        Pattern.compile("\\{\\w+}").matcher(operation.path()).results().toList()) {
      for (String text : TEXTS) {
        String bad = operation.path().replace(variable.group(), text);
        requests.add(
            new Bad(
                Pattern.compile("\\{\\w+}").matcher(bad).replaceAll(this::some), jsonType, good));
      }
    }
    for (JsonNode parameter : operation.description().path("parameters")) {
      if (parameter.path("in").asString("").equals("query")) {
        for (String text : TEXTS) {
          requests.add(
              new Bad(path + "?" + parameter.get("name").asString() + "=" + text, jsonType, good));
        }
      }
    }
    HEADERS.forEach(
        (name, values) ->
            values.forEach(
                value -> {
                  Map<String, String> headers = new java.util.HashMap<>(jsonType);
                  headers.put(name, value);
                  requests.add(new Bad(path, headers, good));
                }));
    good.ifPresent(
        it -> {
          BODIES.forEach(body -> requests.add(new Bad(path, jsonType, Optional.of(bytes(body)))));
          requests.add(
              new Bad(path, jsonType, Optional.of(new byte[] {'"', (byte) 0xc3, 0x28, '"'})));
          TYPES.forEach(
              type -> requests.add(new Bad(path, Map.of("Content-Type", type), Optional.of(it))));
          wrong(json)
              .forEach(body -> requests.add(new Bad(path, jsonType, Optional.of(bytes(body)))));
        });
    return requests;
  }

  /** Returns objects with one missing or invalid property each. */
  private List<String> wrong(JsonNode schema) {
    List<String> bodies = new ArrayList<>();
    ObjectNode good = (ObjectNode) example(schema, 0);
    bodies.add(good.toString().replaceFirst("}$", ",\"another\":1}"));
    for (var property : schema.path("properties").properties()) {
      ObjectNode less = good.deepCopy();
      less.remove(property.getKey());
      bodies.add(less.toString());
      for (String value : VALUES) {
        // As text, since a library would not write most of it.
        ObjectNode marked = good.deepCopy();
        marked.put(property.getKey(), "here");
        bodies.add(
            marked
                .toString()
                .replace(
                    Json.of(property.getKey()) + ":\"here\"",
                    Json.of(property.getKey()) + ":" + value));
      }
    }
    return bodies;
  }

  private JsonNode example(JsonNode schema, int depth) {
    JsonNode resolved = resolved(schema);
    String type =
        resolved.path("type").isArray()
            ? resolved.path("type").path(0).asString()
            : resolved.path("type").asString("");
    Object value =
        switch (type) {
          case "integer", "number" -> 1;
          case "boolean" -> true;
          case "array" ->
              depth > 3 ? List.of() : List.of(example(resolved.path("items"), depth + 1));
          case "string" -> text(resolved);
          default -> {
            ObjectNode object = JsonMapper.shared().createObjectNode();
            resolved
                .path("properties")
                .properties()
                .forEach(it -> object.set(it.getKey(), example(it.getValue(), depth + 1)));
            yield object;
          }
        };
    return JsonMapper.shared().valueToTree(value);
  }

  private static String text(JsonNode schema) {
    if (schema.has("enum")) {
      return schema.get("enum").path(0).asString();
    }
    return switch (schema.path("format").asString("")) {
      case "date-time" -> "2026-11-22T05:50:00Z";
      case "uuid" -> "00000000-0000-4000-8000-00000000dead";
      case "email" -> "nobody@example.org";
      default -> "something long enough";
    };
  }

  private JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.get("$ref").asString().substring(1)) : schema;
  }

  private String some(MatchResult variable) {
    return variable.group().equals("{name}") || variable.group().equals("{key}")
        ? "nothing"
        : UUID.nameUUIDFromBytes(bytes(variable.group())).toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
