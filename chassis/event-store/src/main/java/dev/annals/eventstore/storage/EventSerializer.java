package dev.annals.eventstore.storage;

import com.google.crypto.tink.Aead;
import dev.annals.base.event.Personal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.serialization.CannotConvertBetweenTypesException;
import org.axonframework.serialization.Converter;
import org.axonframework.serialization.Revision;
import org.axonframework.serialization.SerializationException;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.UnknownSerializedType;
import org.axonframework.serialization.jackson3.Jackson3Serializer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Axon's JSON serializer for events and snapshots, which encrypts {@link Personal} fields (AES-GCM)
 * with their subject's key. In the stored JSON each value is replaced by base64. Cipher text that
 * begins with {@value #NAMED} is bound to its field and type, older cipher text only to the
 * subject. Without the key these fields read {@value Personal#ERASED}; other fields are unaffected.
 *
 * <p>Upcasters see the cipher text and must copy it unchanged, within the same type and field.
 */
public final class EventSerializer implements Serializer {

  /** The prefix of bound cipher text, not a base64 character. */
  static final String NAMED = ".";

  private final Jackson3Serializer json;
  private final ObjectMapper mapper;
  private final SubjectKeys keys;
  private final Map<Class<?>, Optional<PersonalParts>> parts = new ConcurrentHashMap<>();

  /**
   * Creates a serializer.
   *
   * @param keys the subjects' keys. It is called for each event with a subject, so it should cache,
   *     and must throw an {@link IllegalStateException} for a key that cannot be decrypted
   */
  public EventSerializer(SubjectKeys keys) {
    this.json =
        Jackson3Serializer.builder().jsonMapperBuilderCustomizer(StoredJson::configure).build();
    this.mapper = json.getObjectMapper();
    this.keys = keys;
  }

  /**
   * Serializes as JSON.
   *
   * @throws ErasedSubjectException if the subject has no key, even without personal fields: no more
   *     data about an erased user may be stored
   */
  @Override
  public <T> SerializedObject<T> serialize(Object object, Class<T> representation) {
    Optional<PersonalParts> personal =
        object == null ? Optional.empty() : partsOf(object.getClass());
    if (personal.isEmpty()) {
      return json.serialize(object, representation);
    }
    ObjectNode tree = mapper.valueToTree(object);
    UUID subject = subject(tree, personal.get());
    Aead key = keys.lock(subject).orElseThrow(() -> new ErasedSubjectException(subject));
    for (PersonalParts.Part part : personal.get().parts()) {
      JsonNode value = tree.get(part.name());
      if (value != null && !value.isNull()) {
        tree.put(part.name(), encrypt(key, new Place(subject, object.getClass(), part), value));
      }
    }
    T content = convert(tree, representation);
    return new SimpleSerializedObject<>(content, representation, typeForClass(object.getClass()));
  }

  /**
   * Deserializes the result of {@link #serialize}.
   *
   * @throws SerializationException if it cannot be read
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <S, T> T deserialize(SerializedObject<S> serialized) {
    Class<?> type = classForType(serialized.getType());
    if (partsOf(type).filter(personal -> !personal.parts().isEmpty()).isEmpty()) {
      return json.deserialize(serialized);
    }
    try {
      return (T) mapper.treeToValue(decrypted(serialized, type), type);
    } catch (JacksonException e) {
      throw new UnreadableEventException("Its payload is not in the shape of its type.", e);
    }
  }

  /**
   * Returns the stored JSON in its revision, with decrypted personal fields; those without a key
   * read {@value Personal#ERASED}.
   *
   * @throws UnreadableEventException if the event cannot be decrypted
   * @throws SubjectKeyException if the subject's key cannot be decrypted
   */
  public <S> JsonNode decryptPayload(SerializedObject<S> serialized) {
    Class<?> type = classForType(serialized.getType());
    if (type == UnknownSerializedType.class) {
      throw UnreadableEventException.ofUnknownType();
    }
    if (!isKnown(type, serialized.getType().getRevision())) {
      throw new UnreadableEventException("Its revision is not known here.", null);
    }
    return decrypted(serialized, type);
  }

  private static boolean isKnown(Class<?> type, String revision) {
    Revision newest = type.getAnnotation(Revision.class);
    return newest == null
        ? revision == null
        : revision != null
            && revision.matches("[1-9][0-9]{0,8}")
            && Integer.parseInt(revision) <= Integer.parseInt(newest.value());
  }

  private ObjectNode decrypted(SerializedObject<?> serialized, Class<?> type) {
    ObjectNode tree = tree(serialized);
    partsOf(type)
        .filter(personal -> !personal.parts().isEmpty())
        .ifPresent(personal -> decrypt(tree, type, personal));
    return tree;
  }

  private ObjectNode tree(SerializedObject<?> serialized) {
    try {
      if (getConverter().convert(serialized, JsonNode.class).getData() instanceof ObjectNode tree) {
        // Other readers of the message may share the tree.
        return tree.deepCopy();
      }
    } catch (CannotConvertBetweenTypesException e) {
      throw new UnreadableEventException("Its payload is not JSON.", e);
    }
    throw new UnreadableEventException("Its payload is not a JSON object.", null);
  }

  private void decrypt(ObjectNode tree, Class<?> type, PersonalParts personal) {
    UUID subject = subject(tree, personal);
    Optional<Aead> key = key(subject);
    for (PersonalParts.Part part : personal.parts()) {
      JsonNode value = tree.get(part.name());
      if (value != null && !value.isNull()) {
        tree.set(
            part.name(),
            key.map(k -> decrypt(k, new Place(subject, type, part), value))
                .orElseGet(() -> erased(part)));
      }
    }
  }

  private Optional<Aead> key(UUID subject) {
    try {
      return keys.find(subject);
    } catch (IllegalStateException e) {
      throw new SubjectKeyException(e);
    }
  }

  @Override
  public <T> boolean canSerializeTo(Class<T> representation) {
    return json.canSerializeTo(representation);
  }

  @Override
  public Class<?> classForType(SerializedType type) {
    return json.classForType(type);
  }

  @Override
  public SerializedType typeForClass(@SuppressWarnings("rawtypes") Class type) {
    return json.typeForClass(type);
  }

  @Override
  public Converter getConverter() {
    return json.getConverter();
  }

  private Optional<PersonalParts> partsOf(Class<?> type) {
    return parts.computeIfAbsent(type, PersonalParts::of);
  }

  private <T> T convert(ObjectNode tree, Class<T> representation) {
    return representation == String.class
        ? representation.cast(mapper.writeValueAsString(tree))
        : getConverter().convert(mapper.writeValueAsBytes(tree), representation);
  }

  private static UUID subject(ObjectNode tree, PersonalParts personal) {
    try {
      return UUID.fromString(tree.path(personal.subject()).asString());
    } catch (IllegalArgumentException | JacksonException e) {
      throw new UnreadableEventException("It does not name its user.", e);
    }
  }

  private JsonNode erased(PersonalParts.Part part) {
    return part.list()
        ? mapper.createArrayNode().add(Personal.ERASED)
        : mapper.getNodeFactory().stringNode(Personal.ERASED);
  }

  private String encrypt(Aead key, Place place, JsonNode value) {
    boolean named = keys.bindsToField();
    try {
      byte[] cipherText = key.encrypt(mapper.writeValueAsBytes(value), place.associated(named));
      return (named ? NAMED : "") + Base64.getEncoder().encodeToString(cipherText);
    } catch (GeneralSecurityException e) {
      throw new SerializationException("Personal data cannot be encrypted", e);
    }
  }

  private JsonNode decrypt(Aead key, Place place, JsonNode value) {
    try {
      String stored = value.asString();
      boolean named = stored.startsWith(NAMED);
      byte[] cipherText = Base64.getDecoder().decode(named ? stored.substring(1) : stored);
      return mapper.readTree(key.decrypt(cipherText, place.associated(named)));
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException e) {
      throw new UnreadableEventException(
          "Its " + place.part().name() + " cannot be decrypted: altered, or another key.", e);
    }
  }

  /** The place of a cipher text. */
  private record Place(UUID subject, Class<?> type, PersonalParts.Part part) {

    // The associated data binds a cipher text to its subject and, if named, to its type and field.
    private byte[] associated(boolean named) {
      String place =
          named ? subject + "\n" + type.getName() + "\n" + part.name() : subject.toString();
      return place.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
