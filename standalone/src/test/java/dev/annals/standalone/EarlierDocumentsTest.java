package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.annals.projection.write.FlatRecordCodec;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonDocumentReader;
import org.bson.BsonDocumentWriter;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads documents of programs that did not know a component of today's record. */
class EarlierDocumentsTest {

  static Stream<Class<?>> documents() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.annals")
            .stream()
            .filter(JavaClass::isRecord)
            .<Class<?>>map(JavaClass::reflect)
            .filter(
                type ->
                    Stream.of(type.getRecordComponents())
                        .anyMatch(it -> it.getAccessor().isAnnotationPresent(BsonId.class)));
  }

  @ParameterizedTest
  @MethodSource("documents")
  <D> void areReadWithoutANumberOrTruthValue(Class<D> type) throws Exception {
    try (MongoClient client = MongoClients.create()) {
      CodecRegistry registry = FlatRecordCodec.in(client.getDatabase("none")).getCodecRegistry();
      Codec<D> codec = registry.get(type);
      BsonDocument whole = new BsonDocument();
      codec.encode(
          new BsonDocumentWriter(whole), type.cast(sample(type)), EncoderContext.builder().build());
      for (String field : Set.copyOf(whole.keySet())) {
        if (whole.get(field).isNumber() || whole.get(field).isBoolean()) {
          BsonDocument earlier = whole.clone();
          earlier.remove(field);
          assertThat(
                  codec.decode(new BsonDocumentReader(earlier), DecoderContext.builder().build()))
              .as(field)
              .isNotNull();
        }
      }
    }
  }

  private static Object sample(Type type) throws Exception {
    Class<?> raw = (Class<?>) (type instanceof ParameterizedType it ? it.getRawType() : type);
    if (raw.isRecord()) {
      RecordComponent[] components = raw.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] = sample(components[i].getGenericType());
      }
      Constructor<?> constructor = raw.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    }
    if (raw.isEnum()) {
      return raw.getEnumConstants()[0];
    }
    return SAMPLES.get(raw);
  }

  private static final Map<Class<?>, Object> SAMPLES =
      Map.ofEntries(
          Map.entry(boolean.class, true),
          Map.entry(int.class, 1),
          Map.entry(long.class, 1L),
          Map.entry(Boolean.class, true),
          Map.entry(Integer.class, 1),
          Map.entry(Long.class, 1L),
          Map.entry(String.class, "x"),
          Map.entry(UUID.class, UUID.fromString("33333333-0000-4000-8000-00000000000a")),
          Map.entry(Instant.class, Instant.EPOCH),
          Map.entry(List.class, List.of()),
          Map.entry(Set.class, Set.of()),
          Map.entry(Map.class, Map.of()));
}
