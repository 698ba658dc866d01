package dev.annals.eventstore.storage;

import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Optional;

/** The subject and the personal fields (possibly none) of a stored type. */
record PersonalParts(String subject, List<Part> parts) {

  record Part(String name, boolean list) {}

  /**
   * Reads a type's annotations.
   *
   * @return empty for a type without a subject
   * @throws IllegalArgumentException if a type with personal fields has not exactly one subject, or
   *     a personal field is neither a {@code String} nor a {@code List}
   */
  static Optional<PersonalParts> of(Class<?> type) {
    List<Field> fields = StoredFields.of(type).toList();
    List<Part> parts =
        fields.stream()
            .filter(field -> field.isAnnotationPresent(Personal.class))
            .map(field -> part(type, field))
            .toList();
    List<Field> subjects =
        fields.stream().filter(field -> field.isAnnotationPresent(Subject.class)).toList();
    if (parts.isEmpty() && subjects.isEmpty()) {
      return Optional.empty();
    }
    if (subjects.size() != 1) {
      throw new IllegalArgumentException(type.getName() + " needs exactly one @Subject");
    }
    return Optional.of(new PersonalParts(subjects.get(0).getName(), parts));
  }

  private static Part part(Class<?> type, Field field) {
    boolean list = field.getType() == List.class;
    if (!list && field.getType() != String.class) {
      throw new IllegalArgumentException(
          type.getName() + "." + field.getName() + " is neither a String nor a List");
    }
    return new Part(field.getName(), list);
  }
}
