package dev.annals.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document of the API, merged from those of the sides. */
@Component
final class ApiDocument {

  static final String PATH = "/v3/api-docs";

  private static final String HOST = "gateway";

  private static final Duration TTL = Duration.ofMinutes(1);
  private static final Duration FAILURE_TTL = Duration.ofSeconds(1);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Mono<ObjectNode> document;
  private final Mono<List<Resource>> resources;

  ApiDocument(Upstreams sides) {
    this.document =
        Flux.fromIterable(sides.all())
            .concatMap(side -> sides.get(side, PATH, HOST))
            .map(json -> (ObjectNode) JSON.readTree(json))
            .reduce(ApiDocument::merge)
            .cache(known -> TTL, failed -> FAILURE_TTL, () -> Duration.ZERO);
    this.resources =
        document
            .map(ApiDocument::resources)
            .cache(known -> TTL, failed -> Duration.ZERO, () -> Duration.ZERO);
  }

  /** A path and the methods that any side maps to it. */
  private record Resource(PathPattern path, Set<HttpMethod> methods) {}

  /**
   * Returns the merged document, which is at most a minute old.
   *
   * @param url the base URL of the API, unless the sides have a configured one
   */
  Mono<ObjectNode> merged(String url) {
    return document.map(known -> at(url, known));
  }

  static ObjectNode at(String url, ObjectNode document) {
    ObjectNode here = JSON.createObjectNode().setAll(document);
    // Without a configured URL a side names the host that it was asked by.
    if (here.path("servers").path(0) instanceof ObjectNode server
        && HOST.equals(URI.create(server.path("url").asString("")).getHost())) {
      here.putArray("servers").add(JSON.createObjectNode().setAll(server).put("url", url));
    }
    return here;
  }

  /** Returns the methods of the most specific matching path; none if no side describes it. */
  Mono<Set<HttpMethod>> methods(PathContainer path) {
    return resources.map(
        known ->
            known.stream()
                .filter(resource -> resource.path().matches(path))
                .min(Comparator.comparing(Resource::path))
                .map(Resource::methods)
                .orElse(Set.of()));
  }

  private static List<Resource> resources(ObjectNode document) {
    return document.get("paths").properties().stream()
        .map(
            path ->
                new Resource(
                    PathPatternParser.defaultInstance.parse(path.getKey()),
                    path.getValue().propertyNames().stream()
                        .map(name -> HttpMethod.valueOf(name.toUpperCase(Locale.ROOT)))
                        .collect(Collectors.toUnmodifiableSet())))
        .toList();
  }

  static ObjectNode merge(ObjectNode document, ObjectNode other) {
    Set<String> taken = new HashSet<>(document.findValuesAsString("operationId"));
    other
        .findParents("operationId")
        .forEach(
            operation -> {
              String id = operation.get("operationId").asString();
              int number = 1;
              String unique = id;
              while (!taken.add(unique)) {
                unique = id + "_" + number++;
              }
              ((ObjectNode) operation).put("operationId", unique);
            });
    add(document, other);
    return document;
  }

  private static boolean contains(ArrayNode all, JsonNode tag) {
    return all.valueStream().anyMatch(tag::equals);
  }

  /** Adds the members that are missing. Members with the same name are equal in all sides. */
  private static void add(ObjectNode document, ObjectNode other) {
    for (Map.Entry<String, JsonNode> member : other.properties()) {
      JsonNode present = document.get(member.getKey());
      if (present == null) {
        document.set(member.getKey(), member.getValue());
      } else if (present.isObject() && member.getValue().isObject()) {
        add((ObjectNode) present, (ObjectNode) member.getValue());
      } else if (present instanceof ArrayNode all && member.getKey().equals("tags")) {
        member.getValue().valueStream().filter(tag -> !contains(all, tag)).forEach(all::add);
      }
    }
  }
}
