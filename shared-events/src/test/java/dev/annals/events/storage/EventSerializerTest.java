package dev.annals.events.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import dev.annals.events.identity.UserErased;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SimpleSerializedObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventSerializerTest {

  private static final UUID NOTE = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final NoteCreated CREATED =
      new NoteCreated(NOTE, ANNA, "Diagnosis", "Nobody's \"business\"", List.of("health", "été"));

  private final Map<UUID, Aead> keys = new HashMap<>();
  private final EventSerializer serializer =
      new EventSerializer(subject -> Optional.ofNullable(keys.get(subject)));

  @BeforeEach
  void everybodyHasAKey() throws Exception {
    keys.put(
        ANNA,
        new AesGcmJce("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    keys.put(
        BERT,
        new AesGcmJce("fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void readsBackWhatItWrote() {
    assertThat(this.<Object>read(write(CREATED))).isEqualTo(CREATED);
  }

  @Test
  void storesNothingPersonalInPlainText() {
    String stored = new String(write(CREATED).getData(), StandardCharsets.UTF_8);

    assertThat(stored).contains(NOTE.toString(), ANNA.toString());
    assertThat(stored).doesNotContain("Diagnosis", "business", "health");
  }

  @Test
  void readsErasedWhereTheKeyIsGone() {
    SerializedObject<byte[]> stored = write(CREATED);
    keys.remove(ANNA);

    assertThat(this.<Object>read(stored))
        .isEqualTo(new NoteCreated(NOTE, ANNA, "[erased]", "[erased]", List.of("[erased]")));
  }

  @Test
  void writesNothingAboutSomebodyWithoutAKey() {
    keys.remove(ANNA);

    assertThatThrownBy(() -> write(CREATED)).isInstanceOf(ErasedSubjectException.class);
    assertThatThrownBy(() -> write(new NoteDeleted(NOTE, ANNA)))
        .isInstanceOf(ErasedSubjectException.class);
    assertThat(this.<Object>read(write(new UserErased(ANNA)))).isEqualTo(new UserErased(ANNA));
  }

  @Test
  void refusesWhatWasWrittenAboutSomebodyElse() {
    SerializedObject<byte[]> stored = write(CREATED);
    String moved =
        new String(stored.getData(), StandardCharsets.UTF_8)
            .replace(ANNA.toString(), BERT.toString());

    assertThatThrownBy(
            () ->
                read(
                    new SimpleSerializedObject<>(
                        moved.getBytes(StandardCharsets.UTF_8), byte[].class, stored.getType())))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(BERT.toString());
  }

  @Test
  void refusesAPropertyThatTheEventDoesNotHave() {
    SerializedObject<byte[]> stored = write(new NoteDeleted(NOTE, ANNA));
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
}
