package dev.annals.query.note;

import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.model.Sorts;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteValues;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.write.MissingEventException;
import dev.annals.query.Delivery;
import dev.annals.query.Erasing;
import dev.annals.query.Stream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoteProjectionTest {

  private static final UUID OWNER = UUID.fromString("0a4be7d8-0000-4000-8000-00000000000a");
  private static final UUID NOTE = UUID.fromString("11111111-0000-4000-8000-00000000000b");
  private static final Instant T0 = Stream.START;

  private final TestMongo mongo = new TestMongo();
  private final ReadModel<NoteDocument> notes = model("notes");
  private final Delivery delivery = new Delivery(new NoteProjection(notes), mongo);

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void storesACreatedNoteWithAllItsValues() {
    delivery.deliver(life().message(0));

    assertThat(stored())
        .isEqualTo(
            new NoteDocument(
                NOTE.toString(),
                OWNER.toString(),
                new NoteValues("Shopping", "Milk, bread", List.of("home", "b")),
                0,
                T0,
                T0,
                null,
                new NoteDocument.Keys(false, "Shopping", List.of("shopping", "milk", "bread"))));
  }

  /** A program of another version reads and writes the same documents. */
  @Test
  void storesEachFieldInTheDocumentItself() {
    delivery.deliver(life().messages().subList(0, 3));

    assertThat(mongo.database().getCollection("notes").find())
        .containsExactly(
            Document.parse(
                """
                {"_id": "11111111-0000-4000-8000-00000000000b",
                 "owner": "0a4be7d8-0000-4000-8000-00000000000a",
                 "title": "Groceries",
                 "content": "",
                 "tags": [],
                 "lastSequence": {"$numberLong": "2"},
                 "createdAt": {"$date": "2026-03-01T10:00:00.123Z"},
                 "updatedAt": {"$date": "2026-03-01T10:00:02.123Z"},
                 "deletedAt": {"$date": "2026-03-01T10:00:02.123Z"},
                 "deleted": true,
                 "titleKey": "Groceries",
                 "words": ["groceries"]}
                """));
  }

  @Test
  void deletesTheNotesOfAnErasedUserInBatches() {
    Erasing.inPieces(mongo, NoteProjection.NAME, delivery);
  }

  @Test
  void anUpdateReplacesTheValuesAndKeepsTheCreationTime() {
    delivery.deliver(life().message(0));
    delivery.deliver(life().message(1));

    assertThat(stored())
        .isEqualTo(
            new NoteDocument(
                NOTE.toString(),
                OWNER.toString(),
                new NoteValues("Groceries", "", List.of()),
                1,
                T0,
                T0.plusSeconds(1),
                null,
                new NoteDocument.Keys(false, "Groceries", List.of("groceries"))));
  }

  @Test
  void aDeletedNoteIsInTheTrashUntilItIsRestored() {
    delivery.deliver(life().messages().subList(0, 3));
    NoteDocument deleted = stored();
    delivery.deliver(life().message(3));
    NoteDocument restored = stored();

    assertThat(deleted.keys().deleted()).isTrue();
    assertThat(deleted.deletedAt()).isEqualTo(T0.plusSeconds(2));
    assertThat(deleted.updatedAt()).isEqualTo(T0.plusSeconds(2));
    assertThat(deleted.values().title()).isEqualTo("Groceries");
    assertThat(restored.keys().deleted()).isFalse();
    assertThat(restored.deletedAt()).isNull();
    assertThat(restored.updatedAt()).isEqualTo(T0.plusSeconds(3));
    assertThat(restored.lastSequence()).isEqualTo(3);
  }

  @Test
  void anEventChangesNothingWhenItIsDeliveredAgain() {
    for (DomainEventMessage<?> event : life().messages()) {
      delivery.deliver(event);
      NoteDocument once = stored();
      delivery.deliver(event);
      delivery.deliver(event, event);

      assertThat(stored()).isEqualTo(once);
    }
  }

  @Test
  void allEventsChangeNothingWhenTheyAreDeliveredAgain() {
    delivery.deliver(life().messages());
    NoteDocument latest = stored();

    for (DomainEventMessage<?> event : life().messages()) {
      delivery.deliver(event);
    }

    assertThat(stored()).isEqualTo(latest);
  }

  @Test
  void storesTheSameNotesForAnyBatchesAndRepetitions() {
    List<DomainEventMessage<?>> events = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      events.addAll(life(new UUID(7, i)).messages());
    }
    delivery.deliver(events);
    List<NoteDocument> expected = all(notes);

    for (int seed = 0; seed < 10; seed++) {
      ReadModel<NoteDocument> rebuilt = model("rebuilt" + seed);
      Delivery again = new Delivery(new NoteProjection(rebuilt), mongo);
      Random random = new Random(seed);
      int done = 0;
      while (done < events.size()) {
        int from = Math.max(0, done - random.nextInt(3));
        int to = Math.min(events.size(), done + 1 + random.nextInt(9));
        again.deliver(events.subList(from, to));
        done = to;
      }

      assertThat(all(rebuilt)).as("seed %d", seed).hasSize(12).isEqualTo(expected);
    }
  }

  @Test
  void aBatchIsOneReadAndOneWriteForAnyNumberOfEvents() {
    List<DomainEventMessage<?>> batch = new ArrayList<>(life().messages());
    batch.addAll(life(new UUID(7, 1)).messages());
    notes.generation(); // Looks the generations up, which are cached for some seconds.
    mongo.forgetCommands();

    delivery.deliver(batch);

    assertThat(mongo.commands("find")).hasSize(1);
    List<CommandStartedEvent> writes =
        mongo.commands("update").stream().filter(NoteProjectionTest::onNotes).toList();
    assertThat(writes).hasSize(1);
    assertThat(writes.get(0).getCommand().getArray("updates")).hasSize(2);
    assertThat(writes.get(0).getCommand().getBoolean("ordered").getValue()).isFalse();
    assertThat(all(notes)).extracting(NoteDocument::lastSequence).containsExactly(3L, 3L);
  }

  @Test
  void aBatchWithNothingNewWritesNothing() {
    delivery.deliver(life().messages());
    mongo.forgetCommands();

    delivery.deliver(life().messages());

    assertThat(mongo.commands("update")).noneMatch(NoteProjectionTest::onNotes);
  }

  @Test
  void aMissingEventStopsTheProjectionAndChangesNothing() {
    delivery.deliver(life().message(0));
    NoteDocument before = stored();

    assertThatThrownBy(() -> delivery.deliver(life().message(2)))
        .isInstanceOf(MissingEventException.class)
        .hasMessage("notes/" + NOTE + " lacks event 1, so event 2 cannot follow");

    assertThat(stored()).isEqualTo(before);
    assertThat(delivery.storedPosition()).isZero();
  }

  @Test
  void aMissingDocumentStopsTheProjection() {
    assertThatThrownBy(() -> delivery.deliver(life().message(1)))
        .isInstanceOf(MissingEventException.class)
        .hasMessage("notes/" + NOTE + " lacks event 0, so event 1 cannot follow");

    assertThat(all(notes)).isEmpty();
    assertThat(delivery.storedPosition()).isEqualTo(-1);
  }

  @Test
  void writesTheDocumentsBeforeItStoresThePosition() {
    List<String> seen = new ArrayList<>();
    Delivery[] watched = new Delivery[1];
    watched[0] =
        new Delivery(
            new NoteProjection(model("watched")),
            mongo,
            () ->
                seen.add(
                    "model "
                        + all(model("watched")).get(0).lastSequence()
                        + ", position "
                        + watched[0].storedPosition()));

    watched[0].deliver(life().message(0));
    watched[0].deliver(life().message(1));

    assertThat(seen).containsExactly("model 0, position -1", "model 1, position 0");
    // The next batch stores the position of this one.
    assertThat(watched[0].storedPosition()).isZero();
  }

  @Test
  void aFailedWriteLeavesThePositionUnchanged() {
    delivery.deliver(life().message(0));
    Stream tooLarge =
        Stream.of(note().titled("T").content("x".repeat(17 << 20)).created(new UUID(7, 9), OWNER));

    assertThatThrownBy(() -> delivery.deliver(tooLarge.message(0)))
        .isInstanceOf(BsonMaximumSizeExceededException.class);

    assertThat(delivery.storedPosition()).isZero();
  }

  private ReadModel<NoteDocument> model(String name) {
    return new ReadModel<>(
        TestMongo.services(mongo.database()),
        name,
        1,
        NoteDocument.class,
        NoteProjection.NOTES.indexes());
  }

  private List<NoteDocument> all(ReadModel<NoteDocument> model) {
    return mongo
        .database()
        .getCollection(model.name(), NoteDocument.class)
        .find()
        .sort(Sorts.ascending("_id"))
        .into(new ArrayList<>());
  }

  private NoteDocument stored() {
    List<NoteDocument> all = all(notes);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  @Test
  void aWaitForAnOwnWriteCostsNoCommandAndForAnothersOne() {
    ReadModel<NoteDocument> another = model("notes");
    delivery.deliver(life().message(0));
    mongo.forgetCommands();

    assertThat(notes.shown(OWNER, Map.of(NOTE, 0L))).isCompleted();
    assertThat(ofWaits()).isEmpty();

    assertThat(another.shown(OWNER, Map.of(NOTE, 0L))).isCompleted();
    assertThat(ofWaits()).containsExactly("notes");
  }

  @Test
  void readersThatWaitTogetherShareALookForDeadLetters() {
    long began = System.nanoTime();
    List<CompletableFuture<Void>> readers =
        IntStream.range(0, 40).mapToObj(i -> notes.shown(OWNER, Map.of(NOTE, 0L))).toList();
    await().until(() -> !mongo.commands("distinct").isEmpty());
    long looks = mongo.commands("distinct").size();

    assertThat(looks)
        .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began).toMillis() / 250);

    delivery.deliver(life().message(0));

    assertThat(CompletableFuture.allOf(readers.toArray(CompletableFuture[]::new)))
        .succeedsWithin(Duration.ofSeconds(10));
  }

  /** A token does not name its user, and any user may send it. */
  @Test
  void completesAWaitForTheChangeOfAnotherUserAndAsksAllShardsFourTimesASecondAtMost() {
    ReadModel<NoteDocument> another = model("notes");
    long began = System.nanoTime();
    CompletableFuture<Void> waiting = another.shown(new UUID(7, 8), Map.of(NOTE, 0L));
    await().until(() -> ofAllShards() > 1);
    delivery.deliver(life().message(0));

    assertThat(waiting).succeedsWithin(Duration.ofSeconds(2));
    assertThat(ofAllShards())
        .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - began).toMillis() / 250);
  }

  private long ofAllShards() {
    return mongo.commands("find").stream()
        .map(find -> find.getCommand())
        .filter(find -> find.getString("find").getValue().equals("notes"))
        .filter(find -> !find.getDocument("filter").containsKey("owner"))
        .count();
  }

  /** Returns the collections that were read, except for the generations, which are read by time. */
  private List<String> ofWaits() {
    return mongo.commands("find").stream()
        .map(find -> find.getCommand().getString("find").getValue())
        .filter(collection -> !collection.equals("generations"))
        .toList();
  }

  private static boolean onNotes(CommandStartedEvent write) {
    return write.getCommand().getString("update").getValue().equals("notes");
  }

  private static Stream life() {
    return life(NOTE);
  }

  private static Stream life(UUID id) {
    return Stream.of(
        note().titled("Shopping").content("Milk, bread").tagged("home", "b").created(id, OWNER),
        note().titled("Groceries").updated(id, OWNER),
        new NoteDeleted(id, OWNER),
        new NoteRestored(id, OWNER));
  }
}
