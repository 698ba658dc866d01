package dev.annals.eventstore.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import dev.annals.eventstore.storage.SampleEvents.Deleted;
import dev.annals.eventstore.storage.SampleEvents.Erased;
import dev.annals.eventstore.storage.SampleEvents.Planned;
import dev.annals.eventstore.storage.SampleEvents.Renamed;
import dev.annals.eventstore.storage.SampleEvents.Rewritten;
import dev.annals.eventstore.storage.SampleEvents.Text;
import dev.annals.eventstore.storage.SampleEvents.Work;
import dev.annals.eventstore.storage.SampleEvents.Written;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EventSerializerTest {

  private static final UUID NOTE = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final Written CREATED =
      new Written(
          NOTE, ANNA, new Text("Diagnosis", "Nobody's \"business\"", List.of("health", "été")));

  private final Map<UUID, Aead> keys = new HashMap<>();
  private boolean bindsToField = true;
  private final EventSerializer serializer =
      new EventSerializer(
          new SubjectKeys() {
            @Override
            public Optional<Aead> find(UUID subject) {
              return Optional.ofNullable(keys.get(subject));
            }

            @Override
            public boolean bindsToField() {
              return bindsToField;
            }
          });

  @BeforeEach
  void createKeys() throws Exception {
    keys.put(
        ANNA,
        new AesGcmJce("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    keys.put(
        BERT,
        new AesGcmJce("fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void deserializesWhatItSerialized() {
    assertThat(this.<Object>read(write(CREATED))).isEqualTo(CREATED);
  }

  @Test
  void encryptsPersonalData() {
    String stored = new String(write(CREATED).getData(), StandardCharsets.UTF_8);

    assertThat(stored).contains(NOTE.toString(), ANNA.toString());
    assertThat(stored).doesNotContain("Diagnosis", "business", "health");
  }

  @Test
  void readsErasedIfTheKeyIsDestroyed() {
    SerializedObject<byte[]> stored = write(CREATED);
    keys.remove(ANNA);

    assertThat(this.<Object>read(stored))
        .isEqualTo(new Written(NOTE, ANNA, new Text("[erased]", "[erased]", List.of("[erased]"))));
  }

  @Test
  void refusesToStoreDataAboutAUserWithoutAKey() {
    keys.remove(ANNA);

    assertThatThrownBy(() -> write(CREATED)).isInstanceOf(ErasedSubjectException.class);
    assertThatThrownBy(() -> write(new Deleted(NOTE, ANNA)))
        .isInstanceOf(ErasedSubjectException.class);
    assertThat(this.<Object>read(write(new Erased(ANNA)))).isEqualTo(new Erased(ANNA));
  }

  @Test
  void refusesCipherTextOfAnotherUserWithTheSameKey() {
    keys.put(BERT, keys.get(ANNA));
    SerializedObject<byte[]> stored = write(CREATED);
    String moved =
        new String(stored.getData(), StandardCharsets.UTF_8)
            .replace(ANNA.toString(), BERT.toString());

    assertThatThrownBy(
            () ->
                read(
                    new SimpleSerializedObject<>(
                        moved.getBytes(StandardCharsets.UTF_8), byte[].class, stored.getType())))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessage("Its title cannot be decrypted: altered, or another key.");
  }

  /** Returns each personal field with each other field to which its cipher text is moved. */
  static Stream<Arguments> moves() {
    List<Object> events =
        List.of(
            new Written(NOTE, ANNA, new Text("Title", "Content", List.of("a"))),
            new Rewritten(NOTE, ANNA, new Text("Title", "Content", List.of("a"))),
            new Planned(NOTE, ANNA, new Work("Title", "Text", null, List.of("a"))),
            new Renamed(ANNA, "Anna", 7));
    List<Part> parts =
        events.stream()
            .flatMap(
                event ->
                    PersonalParts.of(event.getClass()).orElseThrow().parts().stream()
                        .map(part -> new Part(event, part.name())))
            .toList();
    return parts.stream()
        .flatMap(
            from -> parts.stream().filter(to -> !to.equals(from)).map(to -> arguments(from, to)));
  }

  private record Part(Object event, String name) {}

  @ParameterizedTest
  @MethodSource("moves")
  void refusesCipherTextMovedToAnotherFieldOrType(Part from, Part to) {
    String cipherText = tree(write(from.event())).get(from.name()).asString();
    SerializedObject<byte[]> stored = write(to.event());
    ObjectNode moved = (ObjectNode) tree(stored);
    moved.put(to.name(), cipherText);

    assertThatThrownBy(() -> read(with(moved, stored)))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("cannot be decrypted");

    // Also without the prefix of bound cipher text.
    moved.put(to.name(), cipherText.substring(1));
    assertThatThrownBy(() -> read(with(moved, stored))).isInstanceOf(SerializationException.class);
  }

  @Test
  void readsCipherTextThatIsNotBoundToItsField() {
    bindsToField = false;
    SerializedObject<byte[]> stored = write(CREATED);
    assertThat(tree(stored).get("title").asString()).matches("[A-Za-z0-9+/]+=*");

    bindsToField = true;
    assertThat(this.<Object>read(stored)).isEqualTo(CREATED);
    assertThat(tree(write(CREATED)).get("title").asString()).matches("\\.[A-Za-z0-9+/]+=*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "5",
        "{",
        "{}",
        "{\"ownerId\":null}",
        "{\"ownerId\":5}",
        "{\"ownerId\":[]}",
        "{\"ownerId\":\"nobody\"}",
        "{\"ownerId\":\"00000000-0000-4000-8000-00000000000a\",\"title\":{}}",
        "{\"ownerId\":\"00000000-0000-4000-8000-00000000000a\",\"title\":\"no base64\"}",
        "{\"ownerId\":\"00000000-0000-4000-8000-00000000000a\",\"title\":\"AAAA\"}"
      })
  void failsToReadAnAlteredPayload(String stored) {
    SimpleSerializedObject<byte[]> altered =
        new SimpleSerializedObject<>(
            stored.getBytes(StandardCharsets.UTF_8), byte[].class, write(CREATED).getType());

    assertThatThrownBy(() -> read(altered))
        .satisfies(
            failure ->
                assertThat(Stream.iterate(failure, Objects::nonNull, Throwable::getCause))
                    .anyMatch(
                        cause ->
                            cause instanceof SerializationException
                                || cause instanceof JacksonException));
  }

  @Test
  void reportsAnUndecryptableKeyAsAnErrorOfTheKey() {
    SerializedObject<byte[]> stored = write(CREATED);
    IllegalStateException away = new IllegalStateException("A stored key does not open");
    EventSerializer withoutKeys =
        new EventSerializer(
            subject -> {
              throw away;
            });

    assertThatThrownBy(() -> withoutKeys.deserialize(stored))
        .isInstanceOf(SubjectKeyException.class)
        .hasCause(away);
  }

  /** The values of an event to which a component was added without a new revision. */
  private record Grown(@Personal String title, @Nullable Integer added) {}

  private record GrownEvent(
      UUID noteId, @Subject UUID ownerId, @Nullable Long own, @JsonUnwrapped Grown values) {}

  @Test
  void leavesOutANullableComponentThatIsNullAndReadsItsAbsenceAsNull() {
    GrownEvent without = new GrownEvent(NOTE, ANNA, null, new Grown("Title", null));
    SerializedObject<byte[]> stored = write(without);

    assertThat(tree(stored).propertyNames()).containsExactly("noteId", "ownerId", "title");
    assertThat(this.<Object>read(stored)).isEqualTo(without);
  }

  @Test
  void storesANullableComponentThatIsSet() {
    GrownEvent with = new GrownEvent(NOTE, ANNA, 7L, new Grown("Title", 30));
    SerializedObject<byte[]> stored = write(with);

    assertThat(tree(stored).propertyNames())
        .containsExactly("noteId", "ownerId", "own", "title", "added");
    assertThat(tree(stored).get("added").asInt()).isEqualTo(30);
    assertThat(this.<Object>read(stored)).isEqualTo(with);
  }

  @Test
  void refusesAnUnknownPropertyBesideUnwrappedValues() {
    SerializedObject<byte[]> stored = write(CREATED);
    ObjectNode more = (ObjectNode) tree(stored);
    more.put("more", 1);

    assertThatThrownBy(() -> read(with(more, stored))).isInstanceOf(SerializationException.class);
  }

  @Test
  void serializesToBytesAndText() {
    assertThat(serializer.canSerializeTo(byte[].class)).isTrue();
    assertThat(serializer.canSerializeTo(String.class)).isTrue();
    assertThat(serializer.canSerializeTo(Integer.class)).isFalse();
  }

  @Test
  void refusesAnUnknownProperty() {
    SerializedObject<byte[]> stored = write(new Deleted(NOTE, ANNA));
    String more = new String(stored.getData(), StandardCharsets.UTF_8).replace("{", "{\"more\":1,");

    assertThatThrownBy(
            () ->
                read(
                    new SimpleSerializedObject<>(
                        more.getBytes(StandardCharsets.UTF_8), byte[].class, stored.getType())))
        .isInstanceOf(SerializationException.class);
  }

  private SerializedObject<byte[]> write(Object event) {
    return serializer.serialize(event, byte[].class);
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private <T> T read(SerializedObject<byte[]> stored) {
    return serializer.deserialize(stored);
  }

  private static JsonNode tree(SerializedObject<byte[]> stored) {
    return JsonMapper.shared().readTree(stored.getData());
  }

  private static SerializedObject<byte[]> with(JsonNode tree, SerializedObject<byte[]> stored) {
    return new SimpleSerializedObject<>(
        JsonMapper.shared().writeValueAsBytes(tree), byte[].class, stored.getType());
  }
}
