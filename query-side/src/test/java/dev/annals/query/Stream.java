package dev.annals.query;

import dev.annals.events.note.NoteEvent;
import dev.annals.events.task.TaskEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.messaging.GenericMessage;

/** Stored events of one aggregate, with consecutive sequence numbers and a second apart. */
public final class Stream {

  /** The time of each stream's first event. */
  public static final Instant START = Instant.parse("2026-03-01T10:00:00.123Z");

  private final String type;
  private final String id;
  private final List<DomainEventMessage<?>> messages = new ArrayList<>();

  private Stream(String type, UUID id) {
    this.type = type;
    this.id = id.toString();
  }

  public static Stream of(NoteEvent... events) {
    Stream stream = new Stream("Note", events[0].noteId());
    for (NoteEvent event : events) {
      stream.append(event);
    }
    return stream;
  }

  public static Stream of(TaskEvent... events) {
    Stream stream = new Stream("Task", events[0].taskId());
    for (TaskEvent event : events) {
      stream.append(event);
    }
    return stream;
  }

  public List<DomainEventMessage<?>> messages() {
    return List.copyOf(messages);
  }

  public DomainEventMessage<?> message(int sequence) {
    return messages.get(sequence);
  }

  private void append(Object event) {
    long sequence = messages.size();
    messages.add(
        new GenericDomainEventMessage<>(
            type, id, sequence, new GenericMessage<>(event), START.plusSeconds(sequence)));
  }
}
