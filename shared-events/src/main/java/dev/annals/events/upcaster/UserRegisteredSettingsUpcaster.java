package dev.annals.events.upcaster;

import dev.annals.events.identity.UserRegistered;
import org.axonframework.serialization.SimpleSerializedType;
import org.axonframework.serialization.upcasting.event.IntermediateEventRepresentation;
import org.axonframework.serialization.upcasting.event.SingleEventUpcaster;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Upcasts {@link UserRegistered} from revision 1 to 2, which adds a user's initial settings.
 * Before, they were in the code of the event's handlers.
 */
final class UserRegisteredSettingsUpcaster extends SingleEventUpcaster {

  private static final String TYPE = UserRegistered.class.getName();

  @Override
  protected boolean canUpcast(IntermediateEventRepresentation event) {
    return event.getType().equals(new SimpleSerializedType(TYPE, "1"));
  }

  @Override
  protected IntermediateEventRepresentation doUpcast(IntermediateEventRepresentation event) {
    return event.upcastPayload(
        new SimpleSerializedType(TYPE, "2"),
        JsonNode.class,
        payload ->
            // Other readers may share the tree. The deserializer rejects other JSON than an object.
            payload.deepCopy() instanceof ObjectNode settings
                ? settings.put("dailySummary", false).put("timeZone", "UTC").put("summaryHour", 7)
                : payload);
  }
}
