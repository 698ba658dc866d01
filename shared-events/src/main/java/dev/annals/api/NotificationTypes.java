package dev.annals.api;

import dev.annals.events.note.NoteEvent;
import dev.annals.events.task.TaskEvent;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The events that are notifications: all of notes and tasks. */
public final class NotificationTypes {

  /** The sealed interface of the events of each aggregate type. */
  public static final Map<String, Class<?>> EVENTS =
      Map.of("Note", NoteEvent.class, "Task", TaskEvent.class);

  /** The simple names of the events, in the order of their declaration. */
  public static final List<String> NAMES =
      EVENTS.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .flatMap(type -> Stream.of(type.getValue().getPermittedSubclasses()))
          .<String>map(Class::getSimpleName)
          .toList();

  private NotificationTypes() {}
}
