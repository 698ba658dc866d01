package dev.annals.http.json;

import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/** Describes the expected type of a value in terms of JSON. */
final class ExpectedType {

  private ExpectedType() {}

  static String of(Type type) {
    if (type == String.class) {
      return "must be a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "must be true or false";
    }
    if (type == int.class || type == Integer.class) {
      return "must be a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
    }
    if (type == long.class || type == Long.class) {
      return "must be a whole number of at most 64 bits";
    }
    if (type == Instant.class) {
      return "must be an RFC 3339 date-time in the years 0000 to 9999";
    }
    if (type == UUID.class) {
      return "must be a UUID";
    }
    if (type instanceof Class<?> choice && choice.isEnum()) {
      return "must be one of "
          + String.join(
              ", ",
              Arrays.stream(choice.getEnumConstants())
                  .map(constant -> ((Enum<?>) constant).name())
                  .toList());
    }
    return "has the wrong type";
  }
}
