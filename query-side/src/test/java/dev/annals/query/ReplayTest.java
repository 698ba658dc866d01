package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Filters;
import dev.annals.base.problem.Refusal;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.http.web.Paging;
import dev.annals.http.web.QueryReader;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.list.Selection;
import dev.annals.projection.model.ModelServices;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.replay.Replay;
import dev.annals.projection.replay.Replays;
import dev.annals.query.note.NoteDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.core.ConditionFactory;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.serialization.SerializationException;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessResourceFailureException;

/** Replays across restarts and on two processes. */
class ReplayTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final int NOTES = 300;

  /** More events than a processor sets aside and its segments hold in memory. */
  private static final int MANY = 1_500;

  private final TestMongo mongo = new TestMongo();
  private final EventStorageEngine engine = new InMemoryEventStorageEngine();
  private final List<ConfigurableApplicationContext> programs = new ArrayList<>();

  @AfterEach
  void close() {
    programs.forEach(ConfigurableApplicationContext::close);
    mongo.close();
  }

  @Test
  void readsTheNewGenerationOnAllProcessesThoughTheFirstOneEndedMidway() {
    Counted early = new Counted(id(0));
    Toggled stop = new Toggled(id(7), 2, new DataAccessResourceFailureException("for a while"));
    engine.appendEvents(early);
    append(id(0), 1, note().titled("Note 0").content("other text").tagged("b").updated(id(0), ANN));
    for (int i = 1; i < NOTES; i++) {
      if (i == NOTES / 4 * 3) {
        // Later notes of its segment wait for it, however late the process is stopped.
        engine.appendEvents(stop);
      }
      append(
          id(i),
          0,
          note().titled("Note " + i).content("some text").tagged("a").created(id(i), ANN));
      append(
          id(i),
          1,
          note().titled("Note " + i).content("other text").tagged("b").updated(id(i), ANN));
    }
    ConfigurableApplicationContext first = start();
    eventually().until(() -> notesAt("notes", 1) == NOTES - 1 && notesAt("notes", 2) == 1);
    Set<Document> before = all("notes");

    stop.readable = false;
    Replay replay = first.getBean(Replays.class).start("notes");
    assertThatThrownBy(() -> first.getBean(Replays.class).start("notes"))
        .isInstanceOf(Refusal.class)
        .hasMessage("A replay of this processor is running.");
    eventually().until(() -> notesAt("notes-2", 1) > NOTES / 2 && has("notes-2", id(0)));
    first.close();
    assertThat(all("notes-2")).hasSizeLessThan(NOTES);
    assertThat(state(replay)).isEqualTo("RUNNING");

    ConfigurableApplicationContext second = start();
    ConfigurableApplicationContext third = start();
    stop.readable = true;
    int number = 0;
    while (collections().contains("notes")) {
      UUID id = id(10_000 + number++);
      append(id, 0, note().titled("meanwhile").created(id, ANN));
      for (ConfigurableApplicationContext program : List.of(second, third)) {
        notes(program).shown(ANN, Map.of(id, 0L)).orTimeout(5, SECONDS).join();
        assertThat(notes(program).find(ANN, id)).isPresent();
        assertThat(notes(program).find(ANN, id(7)).orElseThrow().values().content())
            .isEqualTo("other text");
        assertThat(count(program)).isEqualTo(NOTES - 1 + number);
      }
      assertThat(number).isLessThan(50_000);
    }
    assertThat(state(replay)).isEqualTo("DONE");
    assertThat(early.builds)
        .as("batches of the event that was built before the restart")
        .hasSize(1);
    assertThat(number).isPositive();
    assertThat(all("notes-2")).hasSize(NOTES + number).containsAll(before);
    assertThat(tokens("notes")).isZero();
    assertThat(tokens("notes-2")).isEqualTo(4);
    long events = NOTES * 2L + 1 + number;
    eventually()
        .until(() -> mongo.database().getCollection("notifications").countDocuments() == events);
    Replay done = second.getBean(Replays.class).find(UUID.fromString(replay.id()));
    assertThat(done.processed()).isEqualTo(done.total()).isPositive();
    assertThat(done.finishedAt()).isAfter(done.startedAt());
  }

  @Test
  void dropsACancelledGenerationAndStartsAnother() {
    append(id(1), 0, note().titled("Note").created(id(1), ANN));
    append(id(2), 0, note().titled("Note").created(id(2), ANN));
    ConfigurableApplicationContext program = start();
    Replays replays = program.getBean(Replays.class);
    eventually().until(() -> notesAt("notes", 0) == 2);

    Replay replay = replays.start("notes");
    Replay cancelled = replays.cancel(UUID.fromString(replay.id()));

    assertThat(cancelled.state()).isEqualTo(Replay.State.CANCELLED);
    assertThat(cancelled.finishedAt()).isNotNull();
    assertThat(replays.cancel(UUID.fromString(replay.id()))).isEqualTo(cancelled);
    Replay another = replays.start("notes");
    eventually().until(() -> state(another).equals("DONE"));
    eventually()
        .until(() -> collections().stream().noneMatch(Set.of("notes", "notes-2")::contains));
    assertThat(notes(program).find(ANN, id(1))).isPresent();
    assertThat(all("notes-3")).hasSize(2);
  }

  @Test
  void rebuildsForANewerProgramWhileAnOlderOneReadsItsOwnShape() {
    append(id(1), 0, note().titled("Note").created(id(1), ANN));
    append(id(2), 0, note().titled("Note").created(id(2), ANN));
    ConfigurableApplicationContext older = start();
    eventually().until(() -> notesAt("notes", 0) == 2);

    ConfigurableApplicationContext newer = start(NewerShape.class);
    eventually().until(() -> notes(newer).generation().equals("notes-2"));
    append(id(1), 1, note().titled("Changed").updated(id(1), ANN));
    for (ConfigurableApplicationContext program : programs) {
      notes(program).shown(ANN, Map.of(id(1), 1L)).orTimeout(5, SECONDS).join();
      assertThat(notes(program).find(ANN, id(1)).orElseThrow().values().title())
          .isEqualTo("Changed");
    }
    await().during(Duration.ofSeconds(2)).until(() -> collections().contains("notes"));
    assertThat(notes(older).generation()).isEqualTo("notes");

    older.close();

    eventually().until(() -> !collections().contains("notes"));
    assertThat(all("notes-2")).hasSize(2);
    assertThat(mongo.database().getCollection("replays").countDocuments()).isEqualTo(1);
  }

  @Test
  void rebuildsTheWordsThatAnOlderProgramStored() {
    append(id(1), 0, note().titled("Straße").created(id(1), ANN));
    for (String model : List.of("notes", "tasks")) {
      mongo
          .database()
          .getCollection("generations")
          .insertOne(
              Document.parse(
                  """
                  {"_id": "%s", "revision": {"$numberLong": "0"}, "last": 1, "version": 1,
                   "all": [{"number": 1, "version": 1, "state": "SERVING",
                            "needed": {"$numberLong": "0"}}]}
                  """
                      .formatted(model)));
    }

    ConfigurableApplicationContext program = start();

    eventually().until(() -> notes(program).generation().equals("notes-2"));
    eventually()
        .until(() -> program.getBean("tasks", ReadModel.class).generation().equals("tasks-2"));
    assertThat(all("notes-2"))
        .singleElement()
        .satisfies(
            note -> assertThat(note.getList("words", String.class)).containsExactly("strasse"));
  }

  @Test
  void failsWhenAnEventCannotBeHandledThatOnceCould() {
    Toggled event = new Toggled(id(1), 1, new SerializationException("unreadable"));
    append(id(1), 0, note().titled("Note").created(id(1), ANN));
    engine.appendEvents(event);
    ConfigurableApplicationContext program = start();
    Replays replays = program.getBean(Replays.class);
    DeadLetters letters = program.getBean(DeadLetters.class);
    eventually().until(() -> notesAt("notes", 1) == 1);

    event.readable = false;
    Replay failed = replays.start("notes");
    eventually().until(() -> state(failed).equals("FAILED"));
    assertThat(notes(program).find(ANN, id(1)).orElseThrow().deletedAt()).isNotNull();
    eventually().until(() -> !collections().contains("notes-2"));
    eventually().until(() -> letters.count("notes-2") == 0);

    event.readable = true;
    Replay done = replays.start("notes");
    eventually().until(() -> state(done).equals("DONE"));
    assertThat(notes(program).find(ANN, id(1)).orElseThrow().deletedAt()).isNotNull();
  }

  @Test
  @Tag("long")
  void failsEarlyWhenManyEventsCannotBeRead() {
    List<Toggled> events = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      append(id(i), 0, note().titled("Note").created(id(i), ANN));
      events.add(new Toggled(id(i), 1, new SerializationException("unreadable")));
      engine.appendEvents(events.get(i));
    }
    ConfigurableApplicationContext program = start();
    eventually().until(() -> notesAt("notes", 1) == MANY);

    events.forEach(event -> event.readable = false);
    Replay failed = program.getBean(Replays.class).start("notes");

    eventually().until(() -> state(failed).equals("FAILED"));
    assertThat(all("notes")).hasSize(MANY);
    eventually().until(() -> !collections().contains("notes-2"));
  }

  @Test
  void skipsTheSameEventsAgainAndKeepsOpenLetters() {
    append(id(1), 0, note().titled("Note").created(id(1), ANN));
    append(id(2), 0, note().titled("Note").created(id(2), ANN));
    for (UUID note : List.of(id(1), id(2))) {
      Toggled event = new Toggled(note, 1, new SerializationException("unreadable"));
      event.readable = false;
      engine.appendEvents(event);
      append(note, 2, note().titled("Changed").updated(note, ANN));
    }
    ConfigurableApplicationContext program = start();
    DeadLetters letters = program.getBean(DeadLetters.class);
    eventually().until(() -> letters.count("notes") == 2);
    letters.skip(letter(letters, "notes", id(1)));
    notes(program).shown(ANN, Map.of(id(1), 2L)).orTimeout(5, SECONDS).join();

    Replay replay = program.getBean(Replays.class).start("notes");
    eventually().until(() -> state(replay).equals("DONE"));

    assertThat(notes(program).find(ANN, id(1)).orElseThrow().values().title()).isEqualTo("Changed");
    assertThat(notes(program).find(ANN, id(2)).orElseThrow().lastSequence()).isZero();
    assertThat(letters.count("notes-2")).isEqualTo(1);
    letters.skip(letter(letters, "notes-2", id(2)));
    notes(program).shown(ANN, Map.of(id(2), 2L)).orTimeout(5, SECONDS).join();
  }

  private static UUID letter(DeadLetters letters, String processor, UUID note) {
    return letters.page(List.of(processor), new Paging(0, 10)).content().stream()
        .filter(letter -> letter.aggregateId().equals(note.toString()))
        .map(DeadLetter::letter)
        .map(UUID::fromString)
        .findFirst()
        .orElseThrow();
  }

  private void append(UUID note, long sequence, NoteEvent event) {
    engine.appendEvents(new GenericDomainEventMessage<>("Note", note.toString(), sequence, event));
  }

  private static UUID id(int number) {
    return new UUID(9, number);
  }

  private String state(Replay replay) {
    return mongo
        .database()
        .getCollection("replays")
        .find(Filters.eq("_id", replay.id()))
        .first()
        .getString("state");
  }

  private long notesAt(String collection, long version) {
    return mongo
        .database()
        .getCollection(collection)
        .countDocuments(Filters.eq("lastSequence", version));
  }

  private boolean has(String collection, UUID note) {
    return mongo
            .database()
            .getCollection(collection)
            .countDocuments(Filters.eq("_id", note.toString()))
        == 1;
  }

  private long tokens(String processor) {
    return mongo
        .database()
        .getCollection("tokens")
        .countDocuments(Filters.eq("processorName", processor));
  }

  private Set<Document> all(String collection) {
    return mongo.database().getCollection(collection).find().into(new HashSet<>());
  }

  private List<String> collections() {
    return mongo.database().listCollectionNames().into(new ArrayList<>());
  }

  /** Returns how many of Ann's notes are not in the trash. */
  private static long count(ConfigurableApplicationContext program) {
    return notes(program)
        .page(
            ANN,
            QueryReader.read("", Selection.class).filter(ANN, List.of()),
            List.of(),
            new Paging(0, 1))
        .page()
        .totalElements();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }

  @SuppressWarnings("unchecked")
  private static ReadModel<NoteDocument> notes(ConfigurableApplicationContext program) {
    return (ReadModel<NoteDocument>) program.getBean("notes");
  }

  private ConfigurableApplicationContext start(Class<?>... more) {
    ConfigurableApplicationContext program =
        QueryProgram.start(
            engine,
            mongo,
            List.of(more),
            "--annals.read-model.step=900ms",
            "--annals.read-model.node=" + programs.size(),
            "--annals.read-model.guarded=" + TestMongo.real());
    programs.add(program);
    return program;
  }

  /** A program with another shape of notes. */
  static class NewerShape {

    @Bean
    ReadModel<NoteDocument> notes(ModelServices services) {
      return new ReadModel<>(services, "notes", 1_000, NoteDocument.class, List.of());
    }
  }

  /** A creation that records the batches in which the second generation handled it. */
  private static class Counted extends GenericDomainEventMessage<NoteEvent> {

    private static final long serialVersionUID = 1L;

    private final Set<Object> builds = ConcurrentHashMap.newKeySet();

    Counted(UUID note) {
      super("Note", note.toString(), 0, note().titled("Note").created(note, ANN));
    }

    @Override
    public NoteEvent getPayload() {
      if (Thread.currentThread().getName().startsWith("notes-2-worker")) {
        builds.add(CurrentUnitOfWork.get().root());
      }
      return super.getPayload();
    }
  }

  /** A deletion that is readable or not. */
  private static class Toggled extends GenericDomainEventMessage<NoteEvent> {

    private static final long serialVersionUID = 1L;

    private volatile boolean readable = true;

    private final RuntimeException failure;

    Toggled(UUID note, long sequence, RuntimeException failure) {
      super("Note", note.toString(), sequence, new NoteDeleted(note, ANN));
      this.failure = failure;
    }

    @Override
    public NoteEvent getPayload() {
      if (!readable) {
        throw failure;
      }
      return super.getPayload();
    }
  }
}
