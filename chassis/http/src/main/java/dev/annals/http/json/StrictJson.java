package dev.annals.http.json;

import dev.annals.base.validation.Uuids;
import dev.annals.http.time.Rfc3339;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/** Configures a mapper that never coerces values. */
final class StrictJson {

  private StrictJson() {}

  static void configure(JsonMapper.Builder builder) {
    builder
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(
            DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
            DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
            DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
        .addModule(
            new SimpleModule()
                .addDeserializer(
                    Instant.class, new StringDeserializer<>(Instant.class, Rfc3339::parse))
                .addDeserializer(UUID.class, new StringDeserializer<>(UUID.class, Uuids::parse)));
    for (LogicalType type : LogicalType.values()) {
      builder.withCoercionConfig(
          type,
          coercions -> {
            for (CoercionInputShape shape : CoercionInputShape.values()) {
              if (!(type == LogicalType.Float && shape == CoercionInputShape.Integer)) {
                coercions.setCoercion(shape, CoercionAction.Fail);
              }
            }
          });
    }
  }

  private static final class StringDeserializer<T> extends StdDeserializer<T> {

    private final Class<T> type;
    private final transient Function<String, Optional<T>> parse;

    private StringDeserializer(Class<T> type, Function<String, Optional<T>> parse) {
      super(type);
      this.type = type;
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) {
      if (!parser.hasToken(JsonToken.VALUE_STRING)) {
        return type.cast(context.handleUnexpectedToken(type, parser));
      }
      String text = parser.getString();
      return parse
          .apply(text)
          .orElseGet(
              () -> type.cast(context.handleWeirdStringValue(type, text, "not in its format")));
    }
  }
}
