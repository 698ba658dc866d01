package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.given.NoteBuilder;
import dev.annals.projection.model.TestMongo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Processes that come and go share the segments of the processors, while events are appended. */
class SegmentsTest {

  private static final UUID ANN = new UUID(1, 1);

  private final TestMongo mongo = new TestMongo();
  private final EventStorageEngine engine = new InMemoryEventStorageEngine();
  private final List<ConfigurableApplicationContext> programs = new ArrayList<>();
  private int appended;

  @AfterEach
  void close() {
    programs.forEach(ConfigurableApplicationContext::close);
    mongo.close();
  }

  @Test
  void moveToProcessesThatStartAndChangeTheirNumberInUse() {
    ConfigurableApplicationContext first = start("a", 4);
    untilOwned(Map.of("a", 4L));
    ConfigurableApplicationContext second = start("b", 4);
    untilOwned(Map.of("a", 2L, "b", 2L));

    first.close();
    untilOwned(Map.of("b", 4L));
    start("c", 8);
    untilOwned(Map.of("b", 2L, "c", 2L));
    second.close();
    untilOwned(Map.of("c", 8L));

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(mongo.database().getCollection("notes").countDocuments())
                  .isEqualTo(appended);
              assertThat(sequences())
                  .containsExactlyElementsOf(LongStream.rangeClosed(1, appended).boxed().toList());
            });
  }

  /** Appends an event at each look. */
  private void untilOwned(Map<String, Long> owners) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              append();
              for (String processor : List.of("notes", "tasks", "notifications")) {
                assertThat(owners(processor)).as(processor).isEqualTo(owners);
              }
            });
  }

  private Map<String, Long> owners(String processor) {
    return mongo
        .database()
        .getCollection("tokens")
        .find(new Document("processorName", processor))
        .into(new ArrayList<>())
        .stream()
        .collect(
            Collectors.groupingBy(
                entry -> String.valueOf(entry.getString("owner")), Collectors.counting()));
  }

  private List<Long> sequences() {
    return mongo
        .database()
        .getCollection("notifications")
        .find()
        .sort(new Document("sequence", 1))
        .map(entry -> entry.getLong("sequence"))
        .into(new ArrayList<>());
  }

  private void append() {
    UUID note = new UUID(2, appended++);
    engine.appendEvents(
        new GenericDomainEventMessage<>(
            "Note", note.toString(), 0, NoteBuilder.note().titled("Milk").created(note, ANN)));
  }

  private ConfigurableApplicationContext start(String node, int segments) {
    ConfigurableApplicationContext program =
        QueryProgram.start(
            engine,
            mongo,
            List.of(),
            "--annals.read-model.node=" + node,
            "--annals.read-model.segments=" + segments,
            "--annals.read-model.guarded=true");
    programs.add(program);
    return program;
  }
}
