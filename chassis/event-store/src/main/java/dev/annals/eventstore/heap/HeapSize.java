package dev.annals.eventstore.heap;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;
import tools.jackson.databind.JsonNode;

/** Estimates the heap size of objects. */
public final class HeapSize {

  /** The bytes of an object header or a small value. */
  private static final int BASE_BYTES = 32;

  private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

  private HeapSize() {}

  /**
   * Returns the bytes of an object and its references, at most {@link Integer#MAX_VALUE}. It
   * follows texts, collections, maps, JSON and fields of this program's classes and counts other
   * objects as small. References must not form a cycle.
   */
  public static int of(@Nullable Object object) {
    return (int) Math.min(Integer.MAX_VALUE, bytes(object));
  }

  private static long bytes(@Nullable Object object) {
    if (object == null) {
      return 0;
    }
    long bytes = BASE_BYTES;
    if (object instanceof CharSequence text) {
      bytes += 2L * text.length();
    } else if (object instanceof Collection<?> some) {
      for (Object one : some) {
        bytes += Long.BYTES + bytes(one);
      }
    } else if (object instanceof JsonNode node) {
      bytes += node.isString() ? 2L * node.stringValue().length() : 0;
      for (JsonNode child : node) {
        bytes += Long.BYTES + bytes(child);
      }
    } else if (object instanceof Map<?, ?> map) {
      bytes += bytes(map.keySet()) + bytes(map.values());
    } else if (isOwnClass(object.getClass()) && !(object instanceof Enum<?>)) {
      for (Field field : FIELDS.computeIfAbsent(object.getClass(), HeapSize::fields)) {
        bytes += Long.BYTES + bytes(ReflectionUtils.getField(field, object));
      }
    }
    return bytes;
  }

  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> part = type; part != null && isOwnClass(part); part = part.getSuperclass()) {
      for (Field field : part.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          fields.add(field);
        }
      }
    }
    return fields;
  }

  private static boolean isOwnClass(Class<?> type) {
    return type.getName().startsWith("dev.annals.");
  }
}
