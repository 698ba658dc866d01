package dev.annals.http.web;

import dev.annals.http.time.Rfc3339;
import dev.annals.http.validation.Characters;
import dev.annals.http.validation.Text;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.Range;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A query parameter, as a record of {@link QueryParameters} declares it.
 *
 * @param container what holds the values, such as {@link Optional} or {@link List}
 * @param type the type of one value
 * @param allowed the only values that are allowed; empty if only the type and the bounds matter
 * @param min the smallest number, or the least number of code points
 * @param max the greatest number, or the greatest number of code points
 * @param maxCount how often a request may have it
 */
public record QueryParameter(
    Class<?> declaringRecord,
    String name,
    Class<?> container,
    Class<?> type,
    List<String> allowed,
    long min,
    long max,
    int maxCount,
    @Nullable String defaultText) {

  private static final Map<Class<?>, List<QueryParameter>> DECLARED = new ConcurrentHashMap<>();

  /** Returns the parameters that a record and the records in it declare, in order. */
  public static Stream<QueryParameter> of(Class<?> record) {
    return components(record).stream().flatMap(it -> it.isRecord() ? of(it.type()) : Stream.of(it));
  }

  static List<QueryParameter> components(Class<?> record) {
    return DECLARED.computeIfAbsent(record, QueryParameter::declared);
  }

  private static List<QueryParameter> declared(Class<?> record) {
    RecordComponent[] components = record.getRecordComponents();
    // It has annotations that cannot be on a component.
    Parameter[] declarations = BeanUtils.getResolvableConstructor(record).getParameters();
    return IntStream.range(0, components.length)
        .mapToObj(i -> declared(components[i], declarations[i]))
        .toList();
  }

  private static QueryParameter declared(RecordComponent component, Parameter declaration) {
    Class<?> container = component.getType();
    AnnotatedType value =
        component.getAnnotatedType() instanceof AnnotatedParameterizedType generic
            ? generic.getAnnotatedActualTypeArguments()[0]
            : component.getAnnotatedType();
    Class<?> type = container == OptionalLong.class ? long.class : (Class<?>) value.getType();
    Range range = declaration.getAnnotation(Range.class);
    Text text = value.getAnnotation(Text.class);
    Size size = declaration.getAnnotation(Size.class);
    Sort.By by = declaration.getAnnotation(Sort.By.class);
    DefaultValue byDefault = declaration.getAnnotation(DefaultValue.class);
    return new QueryParameter(
        component.getDeclaringRecord(),
        component.getName(),
        container,
        type,
        by == null ? constants(type) : Stream.of(by.value()).sorted().toList(),
        text != null ? text.min() : range != null ? range.min() : 0,
        text != null ? text.max() : range != null ? range.max() : Long.MAX_VALUE,
        size != null ? size.max() : by != null || container == List.class ? Integer.MAX_VALUE : 1,
        byDefault == null ? null : byDefault.value()[0]);
  }

  private static List<String> constants(Class<?> type) {
    return type == boolean.class || type == Boolean.class
        ? List.of("true", "false")
        : type.isEnum()
            ? Stream.of(type.getEnumConstants()).map(it -> ((Enum<?>) it).name()).toList()
            : List.of();
  }

  public boolean isRepeatable() {
    return maxCount > 1;
  }

  public Optional<?> defaultValue() {
    return Optional.ofNullable(defaultText).flatMap(this::parse);
  }

  boolean isRecord() {
    return QueryParameters.class.isAssignableFrom(type);
  }

  /** Returns the sentence that refuses a value. */
  String rule() {
    if (type == Instant.class) {
      return "must be an RFC 3339 date-time";
    }
    if (type == String.class) {
      return max == Long.MAX_VALUE
          ? "cannot be read"
          : min == 0
              ? "must be text of at most " + max + " characters"
              : "must have " + min + " to " + max + " characters and not be blank";
    }
    if (allowed.isEmpty()) {
      return "must be a whole number from " + min + " to " + max;
    }
    String names = "must be one of " + String.join(", ", allowed);
    return type.isEnum()
        ? names
        : type == Sort.class
            ? names + ", each at most once, with ,asc or ,desc"
            : "must be true or false";
  }

  /** Returns a value, empty if it is not allowed. */
  Optional<?> parse(String text) {
    if (type == String.class) {
      return Optional.of(text)
          .filter(it -> it.codePointCount(0, it.length()) <= max)
          .filter(it -> min == 0 || !Characters.isBlank(it));
    }
    if (type == Instant.class) {
      return Rfc3339.parse(text);
    }
    if (type == Sort.class) {
      return Sort.Order.parse(text).filter(it -> allowed.contains(it.property()));
    }
    return allowed.isEmpty()
        ? number(text)
        : Optional.of(text).filter(allowed::contains).map(this::constant);
  }

  private Object constant(String name) {
    return type.isEnum() ? type.getEnumConstants()[allowed.indexOf(name)] : name.equals("true");
  }

  private Optional<?> number(String text) {
    return Optional.of(text)
        .filter(it -> it.matches("-?[0-9]{1,19}"))
        .map(BigInteger::new)
        .filter(it -> it.max(BigInteger.valueOf(min)).min(BigInteger.valueOf(max)).equals(it))
        .map(it -> type == int.class ? (Object) it.intValue() : it.longValue());
  }

  /** Returns the component with these values, or with its default. */
  Object bind(List<?> values) {
    List<?> bound = values.isEmpty() ? defaultValue().stream().toList() : values;
    if (container == List.class) {
      return List.copyOf(bound);
    }
    if (container == Sort.class) {
      return new Sort(bound.stream().map(Sort.Order.class::cast).toList(), values.isEmpty());
    }
    Optional<?> first = bound.stream().findFirst();
    if (container == OptionalLong.class) {
      return first.map(it -> OptionalLong.of((Long) it)).orElseGet(OptionalLong::empty);
    }
    return container == Optional.class ? first : first.orElseThrow();
  }
}
