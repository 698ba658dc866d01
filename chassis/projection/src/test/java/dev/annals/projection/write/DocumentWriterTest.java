package dev.annals.projection.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.annals.http.web.Paging;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.write.BatchWrite.FailedEvent;
import dev.annals.projection.write.DocumentWriter.Change;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bson.BsonInvalidOperationException;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessResourceFailureException;

/** Writes to a read model, also while two processes believe that they own the same segment. */
class DocumentWriterTest {

  private static final ModelProperties GUARDED =
      new ModelProperties(true, null, Duration.ofSeconds(3), 4, 200);
  private static final UUID OWNER = UUID.fromString("33333333-0000-4000-8000-00000000000a");
  private static final String ID = "33333333-0000-4000-8000-00000000000b";

  private final TestMongo mongo = new TestMongo();
  private final AtomicBoolean cached = new AtomicBoolean();
  private final Set<UUID> erased = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean away = new AtomicBoolean();
  private final List<String> setAside = new ArrayList<>();
  private final ReadModel<Counter> mine = guarded();
  private final ReadModel<Counter> theirs = guarded();

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void doesNotOverwriteANewerDocumentOfAnotherProcess() {
    write(mine, event(0));

    // Another owner writes between this one's read and write.
    write(
        mine,
        event(
            1,
            () -> {
              write(theirs, event(1), event(2));
            }));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 2, "0 1 2"));
  }

  @Test
  void overwritesAnOlderDocumentThatAnotherProcessInsertedMeanwhile() {
    write(
        mine,
        event(
            0,
            () -> {
              write(theirs, event(0));
            }),
        event(1));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 1, "0 1"));
  }

  @Test
  void succeedsWhenAnotherProcessInsertsTheSameDocument() {
    write(
        mine,
        event(
            0,
            () -> {
              write(theirs, event(0));
            }));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 0, "0"));
  }

  @Test
  void appliesOnlyTheNewEventsOfABatch() {
    write(mine, event(0), event(1));

    write(mine, event(0), event(1), event(1), event(2));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 2, "0 1 2"));
  }

  @Test
  void doesNotReadADocumentThatItHasJustWritten() {
    write(mine, event(0));
    mongo.forgetCommands();

    write(mine, event(1));

    assertThat(mongo.commands("find"))
        .extracting(find -> find.getCommand().getString("find").getValue())
        .doesNotContain("counters");
    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 1, "0 1"));
  }

  @Test
  void readsADocumentThatAnotherProcessHasChanged() {
    write(mine, event(0));
    write(theirs, event(1));

    write(mine, event(2));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 2, "0 1 2"));
  }

  @Test
  void rebuildsALostDocumentFromItsFirstEvent() {
    write(mine, event(0), event(1));
    mongo.database().getCollection("counters").drop();

    write(mine, event(0));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 0, "0"));
  }

  @Test
  void refusesALaterEventOfADroppedDocument() {
    write(mine, event(0));
    drop(mine, OWNER);

    assertThatThrownBy(() -> write(mine, event(1))).isInstanceOf(MissingEventException.class);
  }

  @Test
  void completesAWaitWhenAnotherProcessWrites() {
    write(mine, event(0));
    mongo.forgetCommands();
    CompletableFuture<Void> waiting = theirs.shown(OWNER, Map.of(UUID.fromString(ID), 1L));
    assertThat(waiting).isNotDone();

    write(mine, event(1));

    assertThat(waiting).succeedsWithin(Duration.ofSeconds(2));
  }

  @Test
  void failsOnADuplicateKeyThatIsNotTheId() {
    mongo
        .database()
        .runCommand(
            new Document("createIndexes", "counters")
                .append(
                    "indexes",
                    List.of(
                        new Document("key", new Document("trace", 1))
                            .append("name", "trace")
                            .append("unique", true))));
    mine.writer()
        .write(
            "counters",
            Map.of(
                "other",
                List.of(
                    new Change<>(
                        "other",
                        OWNER.toString(),
                        0,
                        it -> new Counter("other", OWNER.toString(), 0, "0")))),
            Set.of(),
            () -> {});

    assertThatThrownBy(() -> write(mine, event(0))).hasMessageContaining("E11000");
  }

  @Test
  void dropsTheDocumentsOfAnErasedUserForGood() {
    write(mine, event(0), event(1));
    erased.add(OWNER);

    drop(mine, OWNER);
    assertThat(count()).isZero();

    // Repeated, and from the middle: there is no document to follow.
    write(mine, event(0));
    write(mine, event(1));
    assertThat(count()).isZero();
  }

  @Test
  void storesNothingOfAUserErasedDuringTheWrite() {
    write(
        mine,
        event(
            0,
            () -> {
              erased.add(OWNER);
              drop(theirs, OWNER);
            }));

    assertThat(count()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void storesAndSetsAsideNothingOfAUserErasedAtAnyCommand(
      boolean processDies, boolean keyIsCached) {
    cached.set(keyIsCached);
    List<Consumer<ReadModel<Counter>>> batches =
        List.of(
            model -> writeOrSetAside(model, event(0), event(1)),
            model -> writeOrSetAside(model, event(1)),
            model -> writeOrSetAside(model, skipped(1)));
    try (TestMongo another = new TestMongo()) {
      ReadModel<Counter> meanwhile = guarded(another.database(mongo.name()), this::erased);
      for (Consumer<ReadModel<Counter>> batch : batches) {
        AtomicInteger left = new AtomicInteger(-1);
        for (int command = 0; left.get() < 0; command++) {
          write(guarded(), event(0));
          ReadModel<Counter> interrupted = guarded();
          left.set(command);
          mongo.beforeEach(
              () -> {
                if (left.getAndDecrement() == 0) {
                  erased.add(OWNER);
                  drop(meanwhile, OWNER);
                  away.set(processDies);
                }
              });

          Throwable end = catchThrowable(() -> batch.accept(interrupted));

          mongo.beforeEach(() -> {});
          away.set(false);
          if (end != null) {
            assertThat(end).isInstanceOf(DataAccessResourceFailureException.class);
            batch.accept(guarded());
          }
          assertThat(count())
              .as("erased before command %d", command)
              .isEqualTo(left.get() < 0 ? 0 : 1);
          erased.clear();
          drop(mine, OWNER);
        }
      }
    }
    assertThat(setAside).isEmpty();
  }

  @Test
  void setsATooLargeDocumentAsideAndWritesTheOthers() {
    String other = "33333333-0000-4000-8000-00000000000c";
    mongo.forgetCommands();

    setAside(
        mine.writer()
            .write(
                "counters",
                Map.of(
                    ID,
                    List.of(
                        new Change<>(
                            ID,
                            OWNER.toString(),
                            0,
                            it ->
                                new Counter(
                                    ID, OWNER.toString(), 0, "x".repeat(16 * 1024 * 1024)))),
                    other,
                    List.of(
                        new Change<>(
                            other,
                            OWNER.toString(),
                            0,
                            it -> new Counter(other, OWNER.toString(), 0, "0")))),
                Set.of(),
                () -> {}));

    assertThat(setAside).containsExactly(ID + "/0 BsonMaximumSizeExceededException");
    assertThat(stored()).isEqualTo(new Counter(other, OWNER.toString(), 0, "0"));
    assertThat(mongo.commands("update")).hasSize(1);
  }

  @Test
  void setsNothingAsideWhenTheDriverCannotReadAResponse() {
    MongoServer odd =
        new MongoServer(
            new MemoryBackend() {
              @Override
              public de.bwaldvogel.mongo.bson.Document handleCommand(
                  Channel channel,
                  String database,
                  String command,
                  de.bwaldvogel.mongo.bson.Document query) {
                de.bwaldvogel.mongo.bson.Document answer =
                    super.handleCommand(channel, database, command, query);
                if (command.equals("update")) {
                  answer.remove("n");
                }
                return answer;
              }
            });
    odd.bind();
    try (MongoClient client = MongoClients.create(odd.getConnectionString())) {
      ReadModel<Counter> model = guarded(client.getDatabase("odd"), users -> Set.of());

      assertThatThrownBy(() -> writeOrSetAside(model, event(0)))
          .isInstanceOf(BsonInvalidOperationException.class);
      // The server has written it nevertheless.
      writeOrSetAside(model, event(0));
    } finally {
      odd.shutdownNow();
    }
    assertThat(setAside).isEmpty();
  }

  @Test
  void readsAndWritesLargeDocumentsInSmallChunks() {
    Map<String, List<Change<Counter>>> first = new LinkedHashMap<>();
    Map<String, List<Change<Counter>>> second = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      String id = Integer.toString(i);
      Counter large = new Counter(id, OWNER.toString(), 0, "x".repeat(200_000));
      first.put(id, List.of(new Change<>(id, OWNER.toString(), 0, before -> large)));
      second.put(id, List.of(new Change<>(id, OWNER.toString(), 1, before -> before.at(1))));
    }
    mine.writer().write("counters", first, Set.of(), () -> {});
    mongo.forgetCommands();

    theirs.writer().write("counters", second, Set.of(), () -> {});

    assertThat(mongo.commands("find")).hasSizeGreaterThanOrEqualTo(5);
    assertThat(mongo.commands("update")).hasSizeBetween(5, 8);
    assertThat(
            mongo
                .database()
                .getCollection("counters")
                .countDocuments(new Document("lastSequence", 1L)))
        .isEqualTo(100);
  }

  @Test
  void writesABatchOfSmallDocumentsInOneBulk() {
    Map<String, List<Change<Counter>>> changes = new LinkedHashMap<>();
    for (int i = 0; i < 200; i++) {
      String id = Integer.toString(i);
      Counter small = new Counter(id, OWNER.toString(), 0, "0");
      changes.put(id, List.of(new Change<>(id, OWNER.toString(), 0, before -> small)));
    }

    mine.writer().write("counters", changes, Set.of(), () -> {});

    assertThat(mongo.commands("update")).hasSize(1);
    assertThat(count()).isEqualTo(200);
  }

  @Test
  void keepsTheDocumentsOfOtherOwners() {
    write(mine, event(0));

    drop(mine, UUID.randomUUID());

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 0, "0"));
  }

  @Test
  void refusesAChangeOutsideABatch() {
    assertThatThrownBy(
            () ->
                mine.writer()
                    .change(
                        UUID.fromString(ID),
                        OWNER,
                        0,
                        it -> new Counter(ID, OWNER.toString(), 0, "0")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void throwsResourceFailureWhenTheDatabaseIsUnavailable() {
    try (MongoClient unreachable =
        MongoClients.create("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")) {
      ReadModel<Counter> unavailable = guarded(unreachable.getDatabase("none"), users -> Set.of());

      assertThatThrownBy(() -> unavailable.find(OWNER, UUID.fromString(ID)))
          .isInstanceOf(DataAccessResourceFailureException.class);
      assertThatThrownBy(
              () -> unavailable.page(OWNER, new Document(), List.of(), new Paging(0, 20)))
          .isInstanceOf(DataAccessResourceFailureException.class);
    }
  }

  private ReadModel<Counter> guarded() {
    return guarded(
        mongo.database(),
        new Erased() {
          @Override
          public Set<UUID> among(Set<UUID> users) {
            if (away.get()) {
              throw new DataAccessResourceFailureException("PostgreSQL is away");
            }
            return erased(users);
          }

          @Override
          public Set<UUID> knownAmong(Set<UUID> users) {
            return cached.get() ? Set.of() : among(users);
          }
        });
  }

  private static ReadModel<Counter> guarded(MongoDatabase database, Erased erased) {
    return new ReadModel<>(
        TestMongo.services(database, GUARDED, erased), "counters", 1, Counter.class, List.of());
  }

  private void setAside(List<FailedEvent> failed) {
    failed.forEach(
        it ->
            setAside.add(
                it.aggregateId()
                    + "/"
                    + it.sequence()
                    + " "
                    + it.failure().getClass().getSimpleName()));
  }

  private Set<UUID> erased(Set<UUID> users) {
    Set<UUID> among = new HashSet<>(users);
    among.retainAll(erased);
    return among;
  }

  @SafeVarargs
  private static void write(ReadModel<Counter> model, Change<Counter>... changes) {
    model
        .writer()
        .write("counters", Map.of(ID, List.of(changes)), Set.of(), () -> {})
        .forEach(
            it -> {
              throw it.failure();
            });
  }

  @SafeVarargs
  private void writeOrSetAside(ReadModel<Counter> model, Change<Counter>... changes) {
    setAside(model.writer().write("counters", Map.of(ID, List.of(changes)), Set.of(), () -> {}));
  }

  /** A skipped event, whose owner is unknown because it cannot be read. */
  private static Change<Counter> skipped(long sequence) {
    return new Change<>(ID, null, sequence, before -> before.at(sequence));
  }

  private static Change<Counter> event(long sequence) {
    return event(sequence, () -> {});
  }

  private static Change<Counter> event(long sequence, Runnable meanwhile) {
    return new Change<>(
        ID,
        OWNER.toString(),
        sequence,
        before -> {
          meanwhile.run();
          return new Counter(
              ID,
              OWNER.toString(),
              sequence,
              before == null ? "0" : before.trace() + " " + sequence);
        });
  }

  private static void drop(ReadModel<Counter> model, UUID owner) {
    model.writer().write("counters", Map.of(), Set.of(owner.toString()), () -> {});
  }

  private long count() {
    return mongo.database().getCollection("counters").countDocuments();
  }

  private Counter stored() {
    List<Counter> all =
        mongo.database().getCollection("counters", Counter.class).find().into(new ArrayList<>());
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  /** A document of the projection under test. */
  public record Counter(@BsonId String id, String owner, long lastSequence, String trace)
      implements ModelDocument {

    @Override
    public Counter at(long sequence) {
      return new Counter(id, owner, sequence, trace);
    }
  }
}
