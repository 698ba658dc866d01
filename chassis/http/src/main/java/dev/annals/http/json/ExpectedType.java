package dev.annals.http.json;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Describes the expected type of a value in terms of JSON. */
final class ExpectedType {

  private static final String INT =
      "must be a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
  private static final String LONG = "must be a whole number of at most 64 bits";
  private static final Map<Type, String> RULES =
      Map.of(
          String.class, "must be a string",
          boolean.class, "must be true or false",
          Boolean.class, "must be true or false",
          int.class, INT,
          Integer.class, INT,
          long.class, LONG,
          Long.class, LONG,
          Instant.class, "must be an RFC 3339 date-time in the years 0000 to 9999",
          UUID.class, "must be a UUID");

  private ExpectedType() {}

  static String of(Type type) {
    return type instanceof Class<?> choice && choice.isEnum()
        ? Stream.of(choice.getEnumConstants())
            .map(constant -> ((Enum<?>) constant).name())
            .collect(Collectors.joining(", ", "must be one of ", ""))
        : RULES.getOrDefault(type, "has the wrong type");
  }
}
