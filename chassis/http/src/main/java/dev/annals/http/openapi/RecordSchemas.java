package dev.annals.http.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.json.CanBeNull;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Marks the required and nullable properties of records: in requests by {@link CanBeAbsent} and
 * {@link CanBeNull}, in responses by {@link JsonInclude} and {@link Nullable}. Sets the formats
 * that follow from the names of properties.
 */
final class RecordSchemas implements ModelConverter {

  private final Map<String, Class<?>> types = new ConcurrentHashMap<>();

  @Override
  public Schema<?> resolve(
      AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
    if (!chain.hasNext()) {
      return null;
    }
    Schema<?> resolved = chain.next().resolve(type, context, chain);
    Class<?> raw = Json31.mapper().constructType(type.getType()).getRawClass();
    if (raw.isRecord() && resolved != null) {
      requireUniqueName(raw, resolved.get$ref());
      describe(components(raw).toList(), definition(resolved, context));
    }
    return resolved;
  }

  /** Fails if two records have one name: the schema of one would replace that of the other. */
  private void requireUniqueName(Class<?> raw, @Nullable String name) {
    if (name != null) {
      Class<?> known = types.putIfAbsent(name, raw);
      if (known != null && known != raw) {
        throw new IllegalStateException(known + " and " + raw + " both have the schema " + name);
      }
    }
  }

  /** Returns the components of a record; those of an unwrapped record stand in its place. */
  static Stream<RecordComponent> components(Class<?> type) {
    return Stream.of(type.getRecordComponents())
        .flatMap(
            component ->
                component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)
                    ? components(component.getType())
                    : Stream.of(component));
  }

  private static Schema<?> definition(Schema<?> resolved, ModelConverterContext context) {
    String reference = resolved.get$ref();
    return reference == null
        ? resolved
        : context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
  }

  private static void describe(List<RecordComponent> components, Schema<?> definition) {
    @SuppressWarnings("rawtypes")
    Map<String, Schema> properties = definition == null ? null : definition.getProperties();
    if (properties == null) {
      return;
    }
    components.forEach(component -> format(component, properties.get(component.getName())));
    components.stream()
        .filter(RecordSchemas::isNullable)
        .map(RecordComponent::getName)
        .forEach(name -> properties.computeIfPresent(name, (key, it) -> nullable(it)));
    List<String> required =
        components.stream()
            .filter(RecordSchemas::isRequired)
            .map(RecordComponent::getName)
            .filter(name -> properties.containsKey(name) && !isEnumOrNull(properties.get(name)))
            .toList();
    definition.setRequired(required);
  }

  /** Sets the format of texts whose names tell it. An id with a pattern is no UUID. */
  private static void format(RecordComponent component, @Nullable Schema<?> property) {
    if (property == null || component.getType() != String.class) {
      return;
    }
    String name = component.getName();
    if (name.equals("id") || (name.endsWith("Id") && property.getPattern() == null)) {
      property.setFormat("uuid");
    } else if (name.equals("email")) {
      property.setFormat("email");
    } else if (name.equals("url")) {
      property.setFormat("uri");
    }
  }

  /** Returns whether a property is one that generated clients reject if it is null and required. */
  private static boolean isEnumOrNull(Schema<?> property) {
    return property.getEnum() != null && property.getEnum().contains(null);
  }

  private static boolean isRequired(RecordComponent component) {
    JsonInclude inclusion = component.getAccessor().getAnnotation(JsonInclude.class);
    return !component.isAnnotationPresent(CanBeAbsent.class)
        && (inclusion == null || inclusion.value() == JsonInclude.Include.ALWAYS);
  }

  private static boolean isNullable(RecordComponent component) {
    return component.isAnnotationPresent(CanBeNull.class)
        || (isRequired(component)
            && component.getAnnotatedType().isAnnotationPresent(Nullable.class));
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static Schema nullable(Schema property) {
    if (property.get$ref() != null) {
      return new Schema<>().anyOf(List.of(property, new Schema<>().types(Set.of("null"))));
    }
    if (property.getTypes() != null) {
      Set<String> types = new LinkedHashSet<>(property.getTypes());
      types.add("null");
      property.setTypes(types);
      if (property.getEnum() != null && !property.getEnum().contains(null)) {
        property.addEnumItemObject(null);
      }
    }
    return property;
  }
}
