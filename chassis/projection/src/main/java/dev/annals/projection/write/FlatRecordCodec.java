package dev.annals.projection.write;

import com.mongodb.client.MongoDatabase;
import java.lang.reflect.RecordComponent;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDocumentReader;
import org.bson.BsonDocumentWriter;
import org.bson.BsonInt32;
import org.bson.BsonReader;
import org.bson.BsonValue;
import org.bson.BsonWriter;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;

/**
 * Stores the fields of each record within a {@link ModelDocument} beside the document's own fields,
 * where filters and indexes name them.
 *
 * <p>Reads a primitive component whose field is absent as zero or false: a program that did not
 * know the component wrote the document.
 */
public final class FlatRecordCodec<D> implements Codec<D> {

  private static final Codec<BsonDocument> BSON = new BsonDocumentCodec();

  private final Codec<D> nested;
  private final Set<String> records;
  private final BsonDocument absent = new BsonDocument();

  private FlatRecordCodec(Codec<D> nested) {
    Class<D> type = nested.getEncoderClass();
    this.nested = nested;
    this.records =
        ModelDocument.class.isAssignableFrom(type)
            ? components(type)
                .filter(component -> component.getType().isRecord())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet())
            : Set.of();
    Stream.concat(
            components(type),
            components(type)
                .filter(component -> records.contains(component.getName()))
                .flatMap(component -> components(component.getType())))
        .filter(component -> component.getType().isPrimitive())
        .forEach(component -> absent.put(component.getName(), zero(component.getType())));
  }

  private static Stream<RecordComponent> components(Class<?> type) {
    return Stream.of(type.getRecordComponents());
  }

  private static BsonValue zero(Class<?> primitive) {
    return primitive == boolean.class ? BsonBoolean.FALSE : new BsonInt32(0);
  }

  /** Returns the database, with this codec for documents that are records. */
  public static MongoDatabase in(MongoDatabase database) {
    CodecRegistry records = database.getCodecRegistry();
    CodecProvider flat =
        new CodecProvider() {
          @Override
          public <T> Codec<T> get(Class<T> type, CodecRegistry registry) {
            return type.isRecord() ? new FlatRecordCodec<>(records.get(type)) : null;
          }
        };
    return database.withCodecRegistry(
        CodecRegistries.fromRegistries(CodecRegistries.fromProviders(flat), records));
  }

  @Override
  public void encode(BsonWriter writer, D document, EncoderContext context) {
    BsonDocument tree = new BsonDocument();
    nested.encode(new BsonDocumentWriter(tree), document, context);
    BsonDocument flat = new BsonDocument();
    tree.forEach(
        (field, value) -> {
          if (records.contains(field)) {
            flat.putAll(value.asDocument());
          } else {
            flat.put(field, value);
          }
        });
    BSON.encode(writer, flat, context);
  }

  @Override
  public D decode(BsonReader reader, DecoderContext context) {
    BsonDocument flat = BSON.decode(reader, context);
    absent.forEach(flat::putIfAbsent);
    BsonDocument tree = new BsonDocument();
    tree.putAll(flat);
    // A record's codec passes over fields that are not its own.
    records.forEach(field -> tree.put(field, flat));
    return nested.decode(new BsonDocumentReader(tree), context);
  }

  @Override
  public Class<D> getEncoderClass() {
    return nested.getEncoderClass();
  }
}
