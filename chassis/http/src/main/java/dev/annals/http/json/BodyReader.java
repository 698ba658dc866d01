package dev.annals.http.json;

import dev.annals.base.problem.Refusal;
import dev.annals.base.problem.Violation;
import dev.annals.http.validation.Characters;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanInstantiationException;
import org.springframework.beans.BeanUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a JSON document into a request's record and collects all violations. Jackson stops at the
 * first one and does not distinguish an absent property from {@code null}, so this class walks
 * records and lists and Jackson only reads the leaves.
 */
record BodyReader(JsonMapper json, Validator validator) {

  // Bounds the response to a large body of only invalid values.
  private static final int MAX_VIOLATIONS = 100;

  // More than any list may have. Longer arrays are not read.
  private static final int MAX_ELEMENTS = 1_000;

  // A validator returns a set. This order is stable and puts /tags/2 before /tags/10.
  private static final Comparator<Violation> IN_ORDER =
      Comparator.<Violation>comparingInt(violation -> violation.pointer().length())
          .thenComparing(Violation::pointer)
          .thenComparing(Violation::detail);

  // Reflection copies the components of a record, and parses their annotations, at each call.
  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> record) {
          return Shape.of(record);
        }
      };

  /** A record's constructor and components. */
  private record Shape(Constructor<?> constructor, Map<String, Component> components) {

    private static Shape of(Class<?> record) {
      Map<String, Component> components = new LinkedHashMap<>();
      for (RecordComponent component : record.getRecordComponents()) {
        components.put(
            component.getName(),
            new Component(
                record,
                component.getName(),
                component.getGenericType(),
                component.isAnnotationPresent(CanBeAbsent.class),
                component.isAnnotationPresent(CanBeNull.class)));
      }
      return new Shape(BeanUtils.getResolvableConstructor(record), components);
    }
  }

  private record Component(
      Class<?> declaringRecord, String name, Type type, boolean canBeAbsent, boolean canBeNull) {

    /** Returns the value of an explicit null. */
    private @Nullable Object ofNull() {
      return type instanceof ParameterizedType generic && generic.getRawType() == Optional.class
          ? Optional.empty()
          : null;
    }
  }

  /**
   * @throws Refusal {@link dev.annals.base.problem.Problem#VALIDATION} with all violations
   */
  Object read(JsonNode document, Type type) {
    Reading reading = new Reading();
    Object body = reading.value(document, type, JsonPointer.empty());
    if (!reading.violations.isEmpty()) {
      throw Refusal.invalid(List.copyOf(reading.violations));
    }
    return body;
  }

  /** The state of reading one document. An invalid value reads as {@code null}. */
  private final class Reading {

    private final List<Violation> violations = new ArrayList<>();

    private Object value(JsonNode node, Type type, JsonPointer at) {
      if (type instanceof Class<?> record && record.isRecord()) {
        return node.isObject() ? record(node, record, at) : reject(at, "must be an object");
      }
      if (type instanceof ParameterizedType many
          && many.getRawType() instanceof Class<?> raw
          && (raw == List.class || raw == Set.class)) {
        return node.isArray() ? collection(node, many, raw, at) : reject(at, "must be an array");
      }
      if (type instanceof ParameterizedType optional && optional.getRawType() == Optional.class) {
        return Optional.ofNullable(value(node, optional.getActualTypeArguments()[0], at));
      }
      return leaf(node, type, at);
    }

    private Object record(JsonNode object, Class<?> type, JsonPointer at) {
      Shape shape = SHAPES.get(type);
      int before = violations.size();
      List<Object> arguments = new ArrayList<>();
      for (Component component : shape.components().values()) {
        arguments.add(component(object, component, at));
      }
      for (String name : object.propertyNames()) {
        if (!shape.components().containsKey(name)) {
          reject(at.appendProperty(name), "is not known");
        }
      }
      return violations.size() == before
          ? construct(shape.constructor(), arguments.toArray())
          : null;
    }

    private Object component(JsonNode object, Component component, JsonPointer parent) {
      JsonPointer at = parent.appendProperty(component.name());
      JsonNode node = object.get(component.name());
      if (node == null) {
        return component.canBeAbsent() ? null : reject(at, "is missing");
      }
      if (node.isNull()) {
        return component.canBeNull() ? component.ofNull() : reject(at, "must not be null");
      }
      int before = violations.size();
      Object value = value(node, component.type(), at);
      if (violations.size() == before) {
        validator.validateValue(component.declaringRecord(), component.name(), value).stream()
            .map(violation -> violation(violation, parent))
            .sorted(IN_ORDER)
            .forEach(this::reject);
      }
      return value;
    }

    private Object collection(
        JsonNode array, ParameterizedType type, Class<?> raw, JsonPointer at) {
      if (array.size() > MAX_ELEMENTS) {
        return reject(at, "has too many elements");
      }
      Collection<Object> values = raw == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
      for (int i = 0; i < array.size() && violations.size() < MAX_VIOLATIONS; i++) {
        JsonPointer here = at.appendIndex(i);
        values.add(
            array.get(i).isNull()
                ? reject(here, "must not be null")
                : value(array.get(i), type.getActualTypeArguments()[0], here));
      }
      return values;
    }

    private Object leaf(JsonNode node, Type type, JsonPointer at) {
      if (type instanceof Class<?> choice && choice.isEnum()) {
        return constant(node, choice, at);
      }
      try {
        Object value =
            type == String.class && node.isString()
                ? node.asString()
                : json.treeToValue(node, json.constructType(type));
        return value instanceof String text && !Characters.isStorable(text)
            ? reject(at, "must have neither NUL nor unpaired surrogates")
            : value;
      } catch (JacksonException mismatch) {
        return reject(at, ExpectedType.of(type));
      }
    }

    /** Jackson would trim the name. */
    private Object constant(JsonNode node, Class<?> choice, JsonPointer at) {
      return Arrays.stream(choice.getEnumConstants())
          .filter(it -> node.isString() && ((Enum<?>) it).name().equals(node.asString()))
          .map(Object.class::cast)
          .findFirst()
          .orElseGet(() -> reject(at, ExpectedType.of(choice)));
    }

    private Object reject(JsonPointer at, String detail) {
      reject(new Violation(at.toString(), detail));
      return null;
    }

    private void reject(Violation violation) {
      if (violations.size() < MAX_VIOLATIONS) {
        violations.add(violation);
      }
    }
  }

  private static Violation violation(ConstraintViolation<?> violation, JsonPointer parent) {
    JsonPointer pointer = parent;
    for (Path.Node node : violation.getPropertyPath()) {
      // An element's index is in the node after that of its list.
      if (node.getIndex() != null) {
        pointer = pointer.appendIndex(node.getIndex());
      }
      if (node.getName() != null && !node.getName().startsWith("<")) {
        pointer = pointer.appendProperty(node.getName());
      }
    }
    return new Violation(pointer.toString(), violation.getMessage());
  }

  private static Object construct(Constructor<?> constructor, Object[] arguments) {
    try {
      return BeanUtils.instantiateClass(constructor, arguments);
    } catch (BeanInstantiationException failed) {
      throw failed.getCause() instanceof Refusal refusal ? refusal : failed;
    }
  }
}
