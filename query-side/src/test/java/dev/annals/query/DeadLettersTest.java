package dev.annals.query;

import static dev.annals.given.NoteBuilder.note;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Refusal;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.http.web.Paging;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.query.note.NoteDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.serialization.SerializationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The handling of failing events, by the real processors. */
@SpringBootTest(
    classes = QueryProgram.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "management.server.port=-1")
class DeadLettersTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final Paging ALL = new Paging(0, 100);
  private static final AtomicInteger FAILING = new AtomicInteger();

  private static TestMongo mongo;

  private final UUID poisoned = UUID.randomUUID();

  @Autowired private EventStorageEngine engine;
  @Autowired private DeadLetters letters;
  @Autowired private ReadModel<NoteDocument> notes;

  @AfterAll
  static void close() {
    mongo.close();
  }

  @Test
  void holdsBackOnlyTheAggregateOfAFailedEventAndHandlesItInOrderAfterAFix() {
    Unreadable second = new Unreadable(poisoned, 1, new NoteDeleted(poisoned, ANN));
    engine.appendEvents(created(poisoned), second, updated(poisoned, 2), updated(poisoned, 3));
    UUID other = UUID.randomUUID();
    engine.appendEvents(created(other), updated(other, 1));

    await().atMost(Duration.ofSeconds(2)).until(() -> version(other) == 1);
    DeadLetter letter = letter("notes");

    assertThat(version(poisoned)).isZero();
    assertThat(letter.type()).isEqualTo("NoteDeleted");
    assertThat(letter.error())
        .isEqualTo("SerializationException: The event cannot be read or applied.");
    assertThat(letter.attempts()).isEqualTo(1);
    assertThat(letter.toString()).doesNotContain("secret");

    engine.appendEvents(updated(poisoned, 4));
    letters.retry(UUID.fromString(letter.letter()));
    await().until(() -> letter("notes").attempts() == 2);
    assertThat(version(poisoned)).isZero();
    assertThat(letter("notes").letter()).isEqualTo(letter.letter());

    second.fix();
    letters.retry(UUID.fromString(letter.letter()));
    letters.retry(UUID.fromString(letter("notifications").letter()));

    await().until(() -> version(poisoned) == 4);
    await().until(() -> find("notes").isEmpty() && find("notifications").isEmpty());
    assertThat(notes.find(ANN, poisoned).orElseThrow().values().title()).isEqualTo("4");
    assertThat(notes.find(ANN, poisoned).orElseThrow().deletedAt()).isNotNull();
    assertThat(entries()).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
    engine.appendEvents(updated(poisoned, 5));
    await().until(() -> version(poisoned) == 5);
  }

  @Test
  void skipsADeletedLettersEventAndHandlesTheOthersUpToTheNextFailure() {
    engine.appendEvents(
        created(poisoned),
        new Unreadable(poisoned, 1, new NoteDeleted(poisoned, ANN)),
        updated(poisoned, 2),
        new Unreadable(poisoned, 3, new NoteDeleted(poisoned, ANN)),
        updated(poisoned, 4));
    await().until(() -> find("notes").isPresent() && find("notifications").isPresent());
    DeadLetter first = letter("notes");

    letters.skip(UUID.fromString(first.letter()));
    await().until(() -> version(poisoned) == 2);
    await().until(() -> find("notes").map(DeadLetter::sequence).equals(Optional.of(3L)));
    assertThat(letter("notes").letter()).isNotEqualTo(first.letter());
    assertThat(letter("notes").attempts()).isEqualTo(1);

    letters.skip(UUID.fromString(letter("notes").letter()));
    notes.shown(ANN, Map.of(poisoned, 4L)).orTimeout(5, SECONDS).join();
    assertThat(notes.find(ANN, poisoned).orElseThrow().deletedAt()).isNull();

    letters.skip(UUID.fromString(letter("notifications").letter()));
    await().until(() -> find("notifications").map(DeadLetter::sequence).equals(Optional.of(3L)));
    letters.skip(UUID.fromString(letter("notifications").letter()));
    await().untilAsserted(() -> assertThat(entries()).containsExactlyInAnyOrder(0L, 2L, 4L));
    assertThat(find("notifications")).isEmpty();
  }

  @Test
  void doesNotShowAnAggregateWhoseFirstEventIsSkippedNorWaitForIt() {
    engine.appendEvents(
        new Unreadable(poisoned, 0, note().titled("secret").created(poisoned, ANN)),
        updated(poisoned, 1));
    await().until(() -> find("notes").isPresent());

    letters.skip(UUID.fromString(letter("notes").letter()));

    notes.shown(ANN, Map.of(poisoned, 1L)).orTimeout(5, SECONDS).join();
    assertThat(notes.find(ANN, poisoned)).isEmpty();
    assertThat(find("notes")).isEmpty();
  }

  @Test
  void triesAgainWithoutALetterWhenAStoreFails() {
    FAILING.set(2);
    engine.appendEvents(
        new Unreadable(poisoned, 0, note().titled("T").created(poisoned, ANN)) {
          @Override
          NoteEvent read() {
            if (FAILING.getAndDecrement() > 0) {
              throw new IllegalStateException(
                  new DataAccessResourceFailureException("keys cannot be read"));
            }
            return event();
          }
        });

    await().atMost(Duration.ofSeconds(30)).until(() -> version(poisoned) == 0);
    assertThat(find("notes")).isEmpty();
  }

  @Test
  void refusesToRetryOrSkipAnUnknownLetter() {
    assertThatThrownBy(() -> letters.retry(poisoned)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> letters.skip(poisoned)).isInstanceOf(Refusal.class);
  }

  private long version(UUID note) {
    return notes.find(ANN, note).map(NoteDocument::lastSequence).orElse(-1L);
  }

  private DeadLetter letter(String processor) {
    await().until(() -> find(processor).isPresent());
    return find(processor).orElseThrow();
  }

  private Optional<DeadLetter> find(String processor) {
    return letters.page(List.of(processor), ALL).content().stream()
        .filter(it -> it.aggregateId().equals(poisoned.toString()))
        .findFirst();
  }

  /** Returns the versions that the owner's inbox has entries of. */
  private List<Long> entries() {
    return IntStream.range(0, 10)
        .mapToObj(version -> poisoned + "/" + version)
        .flatMap(
            id ->
                mongo
                    .database()
                    .getCollection("notifications")
                    .find(new org.bson.Document("_id", id).append("owner", ANN.toString()))
                    .into(new java.util.ArrayList<>())
                    .stream())
        .map(entry -> entry.getLong("version"))
        .toList();
  }

  private static DomainEventMessage<?> created(UUID note) {
    return message(note, 0, note().titled("0").created(note, ANN));
  }

  private static DomainEventMessage<?> updated(UUID note, long sequence) {
    return message(note, sequence, note().titled("" + sequence).updated(note, ANN));
  }

  private static DomainEventMessage<?> message(UUID note, long sequence, NoteEvent event) {
    return new GenericDomainEventMessage<>("Note", note.toString(), sequence, event);
  }

  /** An event that cannot be read until it is fixed. */
  private static class Unreadable extends GenericDomainEventMessage<NoteEvent> {

    private static final long serialVersionUID = 1L;

    private volatile boolean fixed;

    Unreadable(UUID note, long sequence, NoteEvent event) {
      super("Note", note.toString(), sequence, event);
    }

    void fix() {
      fixed = true;
    }

    NoteEvent event() {
      return super.getPayload();
    }

    NoteEvent read() {
      if (!fixed) {
        throw new SerializationException("secret");
      }
      return event();
    }

    @Override
    public NoteEvent getPayload() {
      return read();
    }
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    mongo = new TestMongo();
    properties.add("spring.mongodb.uri", TestMongo::uri);
    properties.add("spring.mongodb.database", () -> mongo.name());
    properties.add("annals.read-model.guarded", TestMongo::real);
  }
}
