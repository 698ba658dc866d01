package dev.annals.eventstore.storage;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.stream.Stream;

/** The fields that are stored of an event or a snapshot. */
public final class StoredFields {

  private StoredFields() {}

  /** Returns the instance fields of a type; those of an unwrapped field stand in its place. */
  public static Stream<Field> of(Class<?> type) {
    return Stream.of(type.getDeclaredFields())
        .filter(field -> !Modifier.isStatic(field.getModifiers()))
        .flatMap(
            field ->
                field.isAnnotationPresent(JsonUnwrapped.class)
                    ? of(field.getType())
                    : Stream.of(field));
  }
}
