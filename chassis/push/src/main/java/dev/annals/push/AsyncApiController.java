package dev.annals.push;

import dev.annals.http.web.PublicUrl;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes the messages to clients (AsyncAPI 3.0). The frames at {@code /ws} and the streams are
 * in {@code asyncapi.json}, others in an {@link AsyncApiPart}; the schemas of the payloads are
 * generated from their records.
 */
@RestController
@Tag(name = "API documents", description = "Descriptions of this API.")
record AsyncApiController(
    PublicUrl publicUrl, NotificationSource source, ObjectProvider<AsyncApiPart> parts) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Describes the messages to clients (AsyncAPI 3.0). They are STOMP 1.2 frames at {@code /ws},
   * server-sent events and requests to other programs, with their payloads.
   */
  @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(type = "object")))
  @GetMapping(path = "/asyncapi", produces = MediaType.APPLICATION_JSON_VALUE)
  ObjectNode description(UriComponentsBuilder asked) throws IOException {
    ObjectNode document = read("asyncapi.json");
    UriComponents url =
        publicUrl.configured().map(UriComponentsBuilder::fromUriString).orElse(asked).build();
    String host = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    String path = Objects.toString(url.getPath(), "");
    boolean secure = "https".equals(url.getScheme());
    ((ObjectNode) document.at("/servers/annals"))
        .put("host", host)
        .put("pathname", path + "/ws")
        .put("protocol", secure ? "wss" : "ws");
    ((ObjectNode) document.at("/servers/http"))
        .put("host", host)
        .put("pathname", path)
        .put("protocol", secure ? "https" : "http");
    ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
    add(NotificationView.class, schemas);
    add(Resync.class, schemas);
    for (AsyncApiPart part : parts.orderedStream().toList()) {
      merge(read(part.resource()), document);
      part.payloads().forEach(payload -> add(payload, schemas));
    }
    ArrayNode types =
        ((ObjectNode) schemas.at("/NotificationView/properties/type")).putArray("enum");
    source.types().forEach(types::add);
    return document;
  }

  private static ObjectNode read(String resource) throws IOException {
    try (InputStream json = new ClassPathResource(resource).getInputStream()) {
      return (ObjectNode) JSON.readTree(json);
    }
  }

  private static void merge(ObjectNode part, ObjectNode whole) {
    part.forEachEntry(
        (name, value) -> {
          if (value instanceof ObjectNode some && whole.get(name) instanceof ObjectNode others) {
            merge(some, others);
          } else {
            whole.set(name, value);
          }
        });
  }

  private static void add(Class<?> message, ObjectNode schemas) {
    ModelConverters.getInstance(true)
        .readAll(message)
        .forEach((name, schema) -> schemas.set(name, JSON.readTree(Json31.pretty(schema))));
  }

  /**
   * A message that tells the client to read the list: it has missed more than 1 000 notifications,
   * or has one that was cut off.
   *
   * @param type differs from every notification's
   */
  record Resync(@Schema(allowableValues = "Resync") String type) {}
}
