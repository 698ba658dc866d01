package dev.annals.projection.inbox;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The aggregates whose events are notifications. Without this bean there are no inboxes.
 *
 * @param events the sealed interface of the events of each aggregate type
 * @param title returns the resource's title after an event; null if the event does not set it
 */
public record InboxTypes(Map<String, Class<?>> events, Function<Object, @Nullable String> title) {

  Set<String> aggregateTypes() {
    return events.keySet();
  }

  /** Returns the kinds of the consistency tokens of these aggregates. */
  List<String> kinds() {
    return events.keySet().stream().map(InboxTypes::kind).toList();
  }

  /** Returns the kind of an aggregate type in entries. */
  public static String kind(String aggregateType) {
    return aggregateType.toLowerCase(Locale.ROOT);
  }

  /** Returns the simple names of the events, in the order of their declaration. */
  List<String> eventNames() {
    return events.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(type -> Stream.of(type.getValue().getPermittedSubclasses()))
        .map(Class::getSimpleName)
        .toList();
  }
}
