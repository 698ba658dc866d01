package dev.annals.query.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.annals.platform.web.Paging;
import dev.annals.query.TestMongo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.Document;
import org.bson.codecs.pojo.annotations.BsonId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/** What is written, also when two processes take themselves for the owner of one segment. */
class ReadModelTest {

  private static final ModelProperties GUARDED =
      new ModelProperties(true, null, Duration.ofSeconds(3));
  private static final UUID OWNER = UUID.fromString("33333333-0000-4000-8000-00000000000a");
  private static final String ID = "33333333-0000-4000-8000-00000000000b";

  private final TestMongo mongo = new TestMongo();
  private final Set<UUID> erased = ConcurrentHashMap.newKeySet();
  private final ReadModel<Counter> mine = guarded();
  private final ReadModel<Counter> theirs = guarded();

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void anOwnerThatFellBehindDoesNotOverwriteWhatIsNewer() {
    write(mine, event(0));

    // Between reading and writing, the other owner gets further.
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
  void anOwnerThatIsAheadWinsOverOneThatInsertedMeanwhile() {
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
  void twoOwnersThatInsertTheSameBothSucceed() {
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
  void ofABatchOnlyWhatIsNewIsFolded() {
    write(mine, event(0), event(1));

    write(mine, event(0), event(1), event(1), event(2));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 2, "0 1 2"));
  }

  @Test
  void whatWasJustWrittenIsNotReadAgain() {
    write(mine, event(0));
    mongo.forgetCommands();

    write(mine, event(1));

    assertThat(mongo.commands("find"))
        .extracting(find -> find.getCommand().getString("find").getValue())
        .doesNotContain("counters");
    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 1, "0 1"));
  }

  @Test
  void whatAnotherOwnerWroteSinceIsRead() {
    write(mine, event(0));
    write(theirs, event(1));

    write(mine, event(2));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 2, "0 1 2"));
  }

  @Test
  void whatWasLostIsMadeAnewFromItsFirstEvent() {
    write(mine, event(0), event(1));
    mongo.database().getCollection("counters").drop();

    write(mine, event(0));

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 0, "0"));
  }

  @Test
  void nothingFollowsWhatWasDropped() {
    write(mine, event(0));
    drop(mine, OWNER);

    assertThatThrownBy(() -> write(mine, event(1))).isInstanceOf(MissingEventException.class);
  }

  @Test
  void whoWaitsSeesWhatAnotherProcessWrites() {
    write(mine, event(0));
    mongo.forgetCommands();
    CompletableFuture<Void> waiting =
        CompletableFuture.runAsync(() -> theirs.await(Map.of(UUID.fromString(ID), 1L)));
    await().until(() -> !mongo.commands("find").isEmpty());
    assertThat(waiting).isNotDone();

    write(mine, event(1));

    assertThat(waiting).succeedsWithin(Duration.ofSeconds(2));
  }

  @Test
  void onlyADuplicateKeyIsPutUpWith() {
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
    mine.write(
        "counters",
        Map.of(
            "other",
            List.of(
                new Change<>(
                    "other", OWNER, 0, it -> new Counter("other", OWNER.toString(), 0, "0")))),
        Set.of(),
        Poison.STOPS);

    assertThatThrownBy(() -> write(mine, event(0))).hasMessageContaining("E11000");
  }

  @Test
  void whatIsOfSomebodyWhoWasErasedIsDroppedAndNeverComesBack() {
    write(mine, event(0), event(1));
    erased.add(OWNER);

    drop(mine, OWNER);
    assertThat(count()).isZero();

    // Delivered again, and from the middle: there is no document to follow.
    write(mine, event(0));
    write(mine, event(1));
    assertThat(count()).isZero();
  }

  @Test
  void anotherSegmentThatIsBehindBringsNothingBack() {
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

  @Test
  void whatIsOfOthersStays() {
    write(mine, event(0));

    drop(mine, UUID.randomUUID());

    assertThat(stored()).isEqualTo(new Counter(ID, OWNER.toString(), 0, "0"));
  }

  @Test
  void nothingCanBeChangedOutsideOfABatch() {
    assertThatThrownBy(
            () ->
                mine.change(
                    UUID.fromString(ID), OWNER, 0, it -> new Counter(ID, OWNER.toString(), 0, "0")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aDatabaseThatIsAwayIsToldFromAQuestionThatIsWrong() {
    try (MongoClient nobody =
        MongoClients.create("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50")) {
      ReadModel<Counter> away =
          new ReadModel<>(
              nobody.getDatabase("none"),
              "none",
              1,
              Counter.class,
              List.of(),
              GUARDED,
              users -> Set.of());

      assertThatThrownBy(() -> away.find(UUID.fromString(ID)))
          .isInstanceOf(DataAccessResourceFailureException.class);
      assertThatThrownBy(() -> away.page(new Document(), List.of(), new Paging(0, 20, List.of())))
          .isInstanceOf(DataAccessResourceFailureException.class);
    }
  }

  private ReadModel<Counter> guarded() {
    return new ReadModel<>(
        mongo.database(), "counters", 1, Counter.class, List.of(), GUARDED, this::erased);
  }

  private Set<UUID> erased(Set<UUID> users) {
    Set<UUID> among = new HashSet<>(users);
    among.retainAll(erased);
    return among;
  }

  @SafeVarargs
  private static void write(ReadModel<Counter> model, Change<Counter>... changes) {
    model.write("counters", Map.of(ID, List.of(changes)), Set.of(), Poison.STOPS);
  }

  private static Change<Counter> event(long sequence) {
    return event(sequence, () -> {});
  }

  private static Change<Counter> event(long sequence, Runnable meanwhile) {
    return new Change<>(
        ID,
        OWNER,
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
    model.write("counters", Map.of(), Set.of(owner), Poison.STOPS);
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

  /** What a projection would keep. */
  public record Counter(@BsonId String id, String owner, long lastSequence, String trace)
      implements ModelDocument {

    @Override
    public Counter at(long sequence) {
      return new Counter(id, owner, sequence, trace);
    }
  }
}
