package dev.annals.projection.replay;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.set;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import dev.annals.projection.model.TestMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of segments, which differs from the stored one, and how processes share them. */
class SegmentCountTest {

  private final TestMongo mongo = new TestMongo();
  private final TestMongo observer = new TestMongo();

  @AfterEach
  void close() {
    observer.close();
    mongo.close();
  }

  @ParameterizedTest
  @CsvSource({"4, 1", "4, 3", "1, 4", "3, 8"})
  void continuesAllSegmentsAtTheLowestPosition(int before, int after) {
    store(before);

    run("new", after);
    assertThat(tokens("new", after).fetchSegments("notes"))
        .isEqualTo(IntStream.range(0, after).toArray());

    TokenStore tokens = tokens("new", after);
    assertThat(IntStream.range(0, after).mapToObj(it -> tokens.fetchToken("notes", it)))
        .containsOnly(new GlobalSequenceTrackingToken(100));
    assertThat(collection(mongo).countDocuments(eq("processorName", "tasks"))).isEqualTo(1);
  }

  @Test
  void keepsTheLastEventThatTheModelContains() {
    store(4);
    collection(mongo)
        .updateOne(segment(0), set("event", new Document("position", 100L).append("id", "a")));
    collection(mongo)
        .updateOne(segment(3), set("event", new Document("position", 103L).append("id", "d")));

    run("new", 1);

    assertThat(collection(mongo).find(segment(0)).first().get("event", Document.class))
        .isEqualTo(new Document("position", 103L).append("id", "d"));
  }

  @Test
  void beginsAtTheFirstEventIfASegmentHasHandledNone() {
    tokens("old", 4).initializeTokenSegments("notes", 4, null);
    release(1, new GlobalSequenceTrackingToken(7));

    run("new", 1);

    assertThat(tokens("new", 1).fetchToken("notes", 0)).isNull();
  }

  @Test
  void keepsTheNumberWhileAnotherProcessHasASegment() {
    store(4);
    tokens("old", 4).fetchToken("notes", 2);

    run("new", 1);

    assertThat(segments()).isEqualTo(4);
    assertThat(tokens("old", 4).fetchToken("notes", 3))
        .isEqualTo(new GlobalSequenceTrackingToken(103));
  }

  @Test
  void keepsTheNumberWhileTheMembersWantDifferentOnes() {
    store(4);

    run("one", 8);
    run("two", 2);
    run("one", 8);
    assertThat(segments()).isEqualTo(8);

    leave("one");
    run("two", 2);

    assertThat(segments()).isEqualTo(2);
  }

  @Test
  void isChangedByOneMemberOnceNoneHasAClaim() {
    store(4);
    run("one", 4);
    run("two", 4);
    tokens("two", 4).fetchToken("notes", 2);

    assertThat(run("one", 8)).isEqualTo(2);
    assertThat(run("two", 8)).isZero();
    assertThat(run("one", 8)).isZero();
    assertThat(segments()).isEqualTo(4);
    tokens("two", 8).releaseClaim("notes", 2);
    run("two", 8);
    assertThat(segments()).isEqualTo(4);
    run("one", 8);

    assertThat(segments()).isEqualTo(8);
    assertThat(
            collection(mongo).countDocuments(and(eq("processorName", "notes"), ne("owner", null))))
        .isZero();
    assertThat(run("one", 8) + run("two", 8)).isEqualTo(8);
  }

  @Test
  void sharesTheSegmentsAmongTheMembers() {
    store(8);

    assertThat(run("a", 8)).isEqualTo(8);
    assertThat(run("b", 8)).isEqualTo(4);
    assertThat(run("c", 8)).isBetween(2, 3);
    assertThat(List.of(run("a", 8), run("b", 8), run("c", 8))).containsExactlyInAnyOrder(3, 3, 2);

    leave("b");
    assertThat(run("a", 8)).isEqualTo(4);

    // The process was killed: it does not leave, and no one extends its membership.
    collection(mongo)
        .updateOne(
            eq("processorName", "_notes/c"), set("timestamp", System.currentTimeMillis() - 10_001));
    assertThat(run("a", 8)).isEqualTo(8);
    assertThat(tokens("a", 8).fetchAvailableSegments("tasks")).hasSize(1);
  }

  @Test
  void leavesAllSegmentsToOtherMembersUntilAProcessHasStarted() {
    store(8);
    TokenEntries first = new TokenEntries(mongo.database(), "a", System::nanoTime);
    TokenEntries second = new TokenEntries(mongo.database(), "b", System::nanoTime);
    assertThat(first.share("notes", 8)).isEqualTo(8);

    assertThat(second.share("notes", 8)).isZero();
    first.forget();
    assertThat(first.share("notes", 8)).isEqualTo(8);

    second.start();
    assertThat(second.share("notes", 8)).isEqualTo(4);
    first.forget();
    assertThat(first.share("notes", 8)).isEqualTo(4);
  }

  @Test
  void leavesAProcessItsShareIfItsClockJumps() {
    store(8);
    AtomicLong seconds = new AtomicLong(1_000);
    ModelTokenStore tokens =
        ProjectionTokens.in(
            mongo.database(), () -> {}, "a", 8, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
    assertThat(tokens.maxSegments("notes")).isEqualTo(8);
    assertThat(tokens.maxSegments("notes")).isEqualTo(8);
    collection(mongo)
        .updateOne(
            eq("processorName", "_notes/a"), set("timestamp", System.currentTimeMillis() - 10_001));

    seconds.incrementAndGet();

    assertThat(tokens.maxSegments("notes")).isEqualTo(8);
  }

  /** Asks for the share of a process, and for the segments that are available to it. */
  private int run(String node, int segments) {
    ModelTokenStore tokens = tokens(node, segments);
    int share = tokens.maxSegments("notes");
    tokens.fetchAvailableSegments("notes");
    return share;
  }

  private void leave(String node) {
    new TokenEntries(mongo.database(), node, System::nanoTime).leave("notes");
  }

  private long segments() {
    return collection(mongo).countDocuments(eq("processorName", "notes"));
  }

  @ParameterizedTest
  @CsvSource({"8, 1", "1, 8"})
  void coversAllEventsBetweenAnyTwoWrites(int before, int after) {
    store(before);
    List<List<Document>> states = new ArrayList<>();
    mongo.beforeEach(
        () ->
            states.add(
                collection(observer)
                    .find(eq("processorName", "notes"))
                    .sort(ascending("segment"))
                    .into(new ArrayList<>())));

    run("new", after);

    assertThat(states)
        .extracting(List::size)
        .contains(2, 3, 4, 5, 6, 7)
        .allSatisfy(size -> assertThat(size).isBetween(1, 8));
    assertThat(states).allSatisfy(SegmentCountTest::coversAllEvents);
  }

  private static void coversAllEvents(List<Document> entries) {
    int[] segments = entries.stream().mapToInt(it -> it.getInteger("segment")).toArray();
    for (int sequence = 0; sequence < 64; sequence++) {
      int event = sequence;
      assertThat(
              IntStream.of(segments)
                  .mapToObj(it -> Segment.computeSegment(it, segments))
                  .filter(it -> it.matches(event)))
          .hasSize(1);
    }
  }

  /** Stores segments at the positions 100, 101, 102 and so on, which no process has claimed. */
  private void store(int segments) {
    tokens("old", segments).initializeTokenSegments("notes", segments, null);
    for (int segment = 0; segment < segments; segment++) {
      release(segment, new GlobalSequenceTrackingToken(100 + segment));
    }
    tokens("old", 1).initializeTokenSegments("tasks", 1, null);
  }

  private void release(int segment, GlobalSequenceTrackingToken token) {
    TokenStore tokens = tokens("old", 4);
    tokens.fetchToken("notes", segment);
    tokens.storeToken(token, "notes", segment);
    tokens.releaseClaim("notes", segment);
  }

  private ModelTokenStore tokens(String node, int segments) {
    return ProjectionTokens.in(mongo.database(), () -> {}, node, segments, System::nanoTime);
  }

  private static Bson segment(int segment) {
    return and(eq("processorName", "notes"), eq("segment", segment));
  }

  private MongoCollection<Document> collection(TestMongo through) {
    return through.database(mongo.name()).getCollection("tokens");
  }
}
