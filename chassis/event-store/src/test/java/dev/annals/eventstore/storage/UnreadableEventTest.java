package dev.annals.eventstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Each event, altered in each way, is reported with a sentence that reveals no data. A product
 * extends it with its own events.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnreadableEventTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final EventSerializer serializer = new EventSerializer(subject -> Optional.of(key()));

  Stream<Object> events() {
    return SampleEvents.all();
  }

  @ParameterizedTest
  @MethodSource("events")
  void namesAnAlteredPersonalField(Object event) {
    for (String part : marked(event, Personal.class)) {
      alterations()
          .forEach(
              (how, alteration) -> {
                ObjectNode tree = tree(event);
                if (tree.get(part).isNull()) {
                  return;
                }
                tree.set(part, alteration.apply(tree.get(part)));
                SerializedObject<byte[]> altered = stored(event, JSON.writeValueAsBytes(tree));

                String why = "Its " + part + " cannot be decrypted: altered, or another key.";
                assertThatThrownBy(() -> serializer.decryptPayload(altered))
                    .as("%s %s %s", event.getClass(), part, how)
                    .isInstanceOf(UnreadableEventException.class)
                    .hasMessage(why);
                assertThatThrownBy(() -> serializer.deserialize(altered))
                    .isInstanceOf(UnreadableEventException.class)
                    .hasMessage(why);
              });
    }
  }

  private static Map<String, UnaryOperator<JsonNode>> alterations() {
    Map<String, UnaryOperator<JsonNode>> all = new LinkedHashMap<>();
    all.put("first byte", part -> changed(part, 0));
    all.put("middle byte", part -> changed(part, bytes(part).length / 2));
    all.put("last byte", part -> changed(part, bytes(part).length - 1));
    all.put("truncated", part -> text(Arrays.copyOf(bytes(part), bytes(part).length - 1)));
    all.put("of another key", part -> text(new byte[64]));
    all.put("of no place", part -> NODES.stringNode(part.asString().substring(1)));
    all.put("empty", part -> NODES.stringNode(""));
    all.put("plain text", part -> NODES.stringNode("no base64!"));
    all.put("a number", part -> NODES.numberNode(42));
    all.put("a truth", part -> NODES.booleanNode(true));
    all.put("an object", part -> NODES.objectNode());
    all.put("an array", part -> NODES.arrayNode());
    return all;
  }

  @ParameterizedTest
  @MethodSource("events")
  void reportsASubjectThatIsNotAnId(Object event) {
    if (marked(event, Personal.class).isEmpty()) {
      return;
    }
    String subject = marked(event, Subject.class).get(0);
    for (JsonNode other :
        Arrays.asList(
            NODES.stringNode("Ann"), NODES.numberNode(7), NODES.nullNode(), NODES.objectNode())) {
      ObjectNode tree = tree(event);
      tree.set(subject, other);
      assertUnreadable(stored(event, JSON.writeValueAsBytes(tree)), "It does not name its user.");
    }
    ObjectNode tree = tree(event);
    tree.remove(subject);
    assertUnreadable(stored(event, JSON.writeValueAsBytes(tree)), "It does not name its user.");
  }

  @ParameterizedTest
  @MethodSource("events")
  void reportsAPayloadThatIsNotAnObject(Object event) {
    for (String payload : new String[] {"{\"noteId\": ", "Geheimnis", "{} {}", "\u0000"}) {
      assertUnreadable(
          stored(event, payload.getBytes(StandardCharsets.UTF_8)), "Its payload is not JSON.");
    }
    assertUnreadable(stored(event, new byte[] {(byte) 0xff, 0}), "Its payload is not JSON.");
    for (String payload : new String[] {"", "[]", "null", "42", "\"Geheimnis\""}) {
      assertUnreadable(
          stored(event, payload.getBytes(StandardCharsets.UTF_8)),
          "Its payload is not a JSON object.");
    }
  }

  @ParameterizedTest
  @MethodSource("events")
  void reportsAnUnknownTypeOrRevision(Object event) {
    SerializedObject<byte[]> own = serializer.serialize(event, byte[].class);
    for (String revision : new String[] {null, "", "0", "99", "one", "1000000000000"}) {
      assertUnreadable(
          new SimpleSerializedObject<>(
              own.getData(), byte[].class, own.getType().getName(), revision),
          "Its revision is not known here.");
    }
    assertUnreadable(
        new SimpleSerializedObject<>(
            own.getData(), byte[].class, own.getType().getName() + "Later", "1"),
        "Its type is not known here.");
  }

  @ParameterizedTest
  @MethodSource("events")
  void decryptsAnUnalteredEvent(Object event) {
    JsonNode readable = serializer.decryptPayload(serializer.serialize(event, byte[].class));

    assertThat(readable.propertyNames()).containsExactlyElementsOf(tree(event).propertyNames());
  }

  @Test
  void reportsAnUndecryptableKey() {
    EventSerializer without =
        new EventSerializer(
            subject -> {
              throw new IllegalStateException("secret");
            });
    Object event = eventWithPersonalData();

    assertThatThrownBy(() -> without.decryptPayload(serializer.serialize(event, byte[].class)))
        .isInstanceOf(SubjectKeyException.class)
        .hasMessage("The key of its user cannot be decrypted.");
  }

  @Test
  void doesNotReportAFailureOfAStoreAsUnreadable() {
    EventSerializer without =
        new EventSerializer(
            subject -> {
              throw new UnsupportedOperationException("away");
            });
    Object event = eventWithPersonalData();

    assertThatThrownBy(() -> without.decryptPayload(serializer.serialize(event, byte[].class)))
        .isNotInstanceOf(SerializationException.class)
        .hasMessage("away");
  }

  private Object eventWithPersonalData() {
    return events()
        .filter(event -> !marked(event, Personal.class).isEmpty())
        .findFirst()
        .orElseThrow();
  }

  private void assertUnreadable(SerializedObject<byte[]> stored, String why) {
    assertThatThrownBy(() -> serializer.decryptPayload(stored))
        .as("%s %s", stored.getType(), new String(stored.getData(), StandardCharsets.UTF_8))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessage(why);
  }

  private ObjectNode tree(Object event) {
    return (ObjectNode) JSON.readTree(serializer.serialize(event, byte[].class).getData());
  }

  private SerializedObject<byte[]> stored(Object event, byte[] payload) {
    return new SimpleSerializedObject<>(
        payload, byte[].class, serializer.serialize(event, byte[].class).getType());
  }

  private static List<String> marked(Object event, Class<? extends Annotation> mark) {
    return StoredFields.of(event.getClass())
        .filter(field -> field.isAnnotationPresent(mark))
        .map(Field::getName)
        .toList();
  }

  private static byte[] bytes(JsonNode part) {
    return Base64.getDecoder().decode(part.asString().substring(EventSerializer.NAMED.length()));
  }

  private static JsonNode text(byte[] bytes) {
    return NODES.stringNode(EventSerializer.NAMED + Base64.getEncoder().encodeToString(bytes));
  }

  private static JsonNode changed(JsonNode part, int at) {
    byte[] bytes = bytes(part);
    bytes[at] ^= 1;
    return text(bytes);
  }

  private static Aead key() {
    try {
      return new AesGcmJce("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
