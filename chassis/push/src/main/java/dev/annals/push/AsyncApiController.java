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
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes the protocol at {@code /ws} (AsyncAPI 3.0). The frames are in {@code asyncapi.json};
 * the schemas of the payloads are generated from their records.
 */
@RestController
@Tag(name = "API documents", description = "Descriptions of this API.")
record AsyncApiController(PublicUrl publicUrl, NotificationSource source) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Describes the notifications over WebSocket (AsyncAPI 3.0). The document names the frames of
   * STOMP 1.2 at {@code /ws} and their payloads.
   */
  @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(type = "object")))
  @GetMapping(path = "/asyncapi", produces = MediaType.APPLICATION_JSON_VALUE)
  ObjectNode description(UriComponentsBuilder asked) throws IOException {
    ObjectNode document;
    try (InputStream frames = AsyncApiController.class.getResourceAsStream("/asyncapi.json")) {
      document = (ObjectNode) JSON.readTree(frames);
    }
    UriComponents url =
        publicUrl.configured().map(UriComponentsBuilder::fromUriString).orElse(asked).build();
    ObjectNode server = (ObjectNode) document.at("/servers/annals");
    server.put("host", url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort());
    server.put("pathname", Objects.toString(url.getPath(), "") + "/ws");
    server.put("protocol", "https".equals(url.getScheme()) ? "wss" : "ws");
    ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
    add(NotificationView.class, schemas);
    add(Resync.class, schemas);
    ArrayNode types =
        ((ObjectNode) schemas.at("/NotificationView/properties/type")).putArray("enum");
    source.types().forEach(types::add);
    return document;
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
