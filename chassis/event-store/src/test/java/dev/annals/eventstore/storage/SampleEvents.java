package dev.annals.eventstore.storage;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.event.ErasureEvent;
import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.axonframework.serialization.Revision;
import org.jspecify.annotations.Nullable;

/** The events of a sample, of each shape that an event can have. */
final class SampleEvents {

  static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");

  /** Values that two events share. */
  record Text(@Personal String title, @Personal String content, @Personal List<String> tags) {}

  record Work(
      @Personal String title,
      @Personal String description,
      @Nullable Instant dueAt,
      @Personal List<String> tags) {}

  @Revision("1")
  record Written(UUID id, @Subject UUID ownerId, @JsonUnwrapped Text values) {}

  @Revision("1")
  record Rewritten(UUID id, @Subject UUID ownerId, @JsonUnwrapped Text values) {}

  @Revision("1")
  record Planned(UUID id, @Subject UUID ownerId, @JsonUnwrapped Work values) {}

  @Revision("1")
  record Renamed(@Subject UUID userId, @Personal String name, @Nullable Integer hour) {}

  @Revision("1")
  record Deleted(UUID id, @Subject UUID ownerId) {}

  /** An event without a subject. */
  @Revision("1")
  record Switched(String key, boolean on) {}

  @Revision("1")
  record Erased(UUID userId) implements ErasureEvent {

    @Override
    public UUID owner() {
      return userId;
    }
  }

  private SampleEvents() {}

  static Stream<Object> all() {
    return Stream.of(
        new Written(ID, ANNA, new Text("Title", "Content", List.of("a", "b"))),
        new Rewritten(ID, ANNA, new Text("Title", "", List.of())),
        new Planned(ID, ANNA, new Work("Title", "Text", null, List.of("a"))),
        new Renamed(ANNA, "Anna", 7),
        new Deleted(ID, ANNA),
        new Switched("sorting", true),
        new Erased(ANNA));
  }
}
