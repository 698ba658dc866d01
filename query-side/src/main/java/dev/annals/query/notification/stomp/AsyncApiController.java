package dev.annals.query.notification.stomp;

import dev.annals.events.note.NoteEvent;
import dev.annals.events.task.TaskEvent;
import dev.annals.query.notification.NotificationView;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.core.util.Json31;
import java.io.IOException;
import java.io.InputStream;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Describes the protocol at {@code /ws} (AsyncAPI 3.0). The frames are in {@code asyncapi.json};
 * the schemas of the payloads are generated from their records.
 */
@RestController
final class AsyncApiController {

  private static final JsonMapper JSON = JsonMapper.shared();

  @GetMapping(path = "/asyncapi", produces = MediaType.APPLICATION_JSON_VALUE)
  JsonNode description(UriComponentsBuilder asked) throws IOException {
    ObjectNode document;
    try (InputStream frames = AsyncApiController.class.getResourceAsStream("/asyncapi.json")) {
      document = (ObjectNode) JSON.readTree(frames);
    }
    UriComponents url = asked.build();
    ObjectNode server = (ObjectNode) document.at("/servers/annals");
    server.put("host", url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort());
    server.put("protocol", "https".equals(url.getScheme()) ? "wss" : "ws");
    ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
    add(NotificationView.class, schemas);
    add(Resync.class, schemas);
    ArrayNode types =
        ((ObjectNode) schemas.at("/NotificationView/properties/type")).putArray("enum");
    Stream.of(NoteEvent.class, TaskEvent.class)
        .flatMap(events -> Stream.of(events.getPermittedSubclasses()))
        .forEach(event -> types.add(event.getSimpleName()));
    return document;
  }

  private static void add(Class<?> message, ObjectNode schemas) {
    ModelConverters.getInstance(true)
        .readAll(message)
        .forEach((name, schema) -> schemas.set(name, JSON.readTree(Json31.pretty(schema))));
  }
}
