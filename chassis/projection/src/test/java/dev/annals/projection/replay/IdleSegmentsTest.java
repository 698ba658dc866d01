package dev.annals.projection.replay;

import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import dev.annals.eventstore.processor.TokenPositions;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.TestMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.messaging.ResultMessage;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.serialization.json.JacksonSerializer;
import org.bson.Document;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands of segments without events. */
class IdleSegmentsTest {

  private final TestMongo mongo = new TestMongo();
  private final AtomicLong nanos = new AtomicLong(TimeUnit.HOURS.toNanos(1));
  private final TokenStore tokens =
      ProjectionTokens.in(mongo.database(), () -> {}, "me", 4, nanos::get);

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void extendAllClaimsByOneCommandEachThreeSeconds() {
    claimAll();
    passSeconds(3);
    extendAll();
    mongo.forgetCommands();

    for (int second = 0; second < 12; second++) {
      passSeconds(1);
      extendAll();
    }

    assertThat(mongo.commands()).hasSize(4);
  }

  @Test
  void extendTheirClaimsInTheStore() {
    claimAll();
    extendAll();
    collection().updateMany(Filters.empty(), set("timestamp", 1L));

    passSeconds(3);
    extendAll();

    assertThat(collection().find())
        .hasSize(4)
        .allSatisfy(entry -> assertThat(entry.getLong("timestamp")).isGreaterThan(1L));
  }

  @Test
  void losesOnlyTheClaimThatAnotherProcessHas() {
    claimAll();
    extendAll();
    collection().updateOne(Filters.eq("segment", 2), set("owner", "other"));
    passSeconds(3);

    tokens.extendClaim("notes", 0);

    assertThatThrownBy(() -> tokens.extendClaim("notes", 2))
        .isInstanceOf(UnableToClaimTokenException.class);
    tokens.releaseClaim("notes", 2);
    tokens.extendClaim("notes", 3);
    assertThat(collection().find(Filters.eq("owner", "me"))).hasSize(3);
  }

  @Test
  void shareALookForSegmentsThatAreFree() {
    tokens.initializeTokenSegments("notes", 4);
    tokens.initializeTokenSegments("tasks", 4);
    passSeconds(1);
    mongo.forgetCommands();

    assertThat(tokens.fetchAvailableSegments("notes")).hasSize(4);
    assertThat(tokens.fetchAvailableSegments("tasks")).hasSize(4);
    assertThat(mongo.commands()).hasSize(1);

    collection().updateMany(Filters.empty(), set("owner", "other"));
    collection().updateMany(Filters.empty(), set("timestamp", System.currentTimeMillis()));
    passSeconds(1);
    assertThat(tokens.fetchAvailableSegments("notes")).isEmpty();
  }

  @Test
  void refusesASegmentOfANumberThatHasChanged() {
    tokens.initializeTokenSegments("notes", 4);
    Segment quarter = tokens.fetchAvailableSegments("notes").get(0);
    collection().deleteMany(Filters.gt("segment", 0));

    assertThatThrownBy(() -> tokens.fetchToken("notes", quarter))
        .isInstanceOf(UnableToClaimTokenException.class);

    assertThat(collection().find().first().getString("owner")).isNull();
    assertThat(tokens.fetchToken("notes", Segment.ROOT_SEGMENT)).isNull();
  }

  @Test
  void storeAllPositionsByOneCommandAfterTwoSeconds() {
    claimAll();
    extendAll();
    mongo.forgetCommands();
    for (int segment = 0; segment < 4; segment++) {
      tokens.storeToken(new GlobalSequenceTrackingToken(10 + segment), "notes", segment);
    }
    assertThat(mongo.commands()).isEmpty();

    passSeconds(2);
    extendAll();

    assertThat(mongo.commands()).hasSize(1);
    assertThat(positions()).containsExactly(10L, 11L, 12L, 13L);
  }

  @Test
  void storeAPositionWhenTheNextBatchBegins() {
    claimAll();
    handleBatchUpTo(10);
    assertThat(positions()).containsExactly(-1L, -1L, -1L, -1L);

    handleBatchUpTo(20);

    assertThat(positions()).containsExactly(10L, -1L, -1L, -1L);
  }

  @Test
  void storeTheirPositionsWhenTheyAreReleased() {
    claimAll();
    handleBatchUpTo(10);

    tokens.releaseClaim("notes", 0);

    assertThat(positions()).containsExactly(10L, -1L, -1L, -1L);
  }

  @Test
  void neitherBeginABatchNorStoreAPositionOnceAnotherProcessHasThem() {
    claimAll();
    handleBatchUpTo(10);
    collection().updateOne(Filters.eq("segment", 0), set("owner", "other"));

    assertThatThrownBy(() -> handleBatchUpTo(20)).isInstanceOf(UnableToClaimTokenException.class);
    tokens.releaseClaim("notes", 0);

    assertThat(positions()).containsExactly(-1L, -1L, -1L, -1L);
    assertThat(collection().find(Filters.eq("owner", "other"))).hasSize(1);
  }

  @Test
  void shareALookForLetters() {
    DeadLetters letters = new DeadLetters(mongo.database());
    long before = System.nanoTime();

    for (int segment = 0; segment < 4; segment++) {
      assertThat(letters.requested("notes", before)).isEmpty();
      assertThat(letters.requested("tasks", before)).isEmpty();
    }
    assertThat(mongo.commands()).hasSize(1);

    assertThat(letters.requested("notes", System.nanoTime())).isEmpty();
    assertThat(mongo.commands()).hasSize(2);
  }

  private void claimAll() {
    tokens.initializeTokenSegments("notes", 4);
    for (int segment = 0; segment < 4; segment++) {
      tokens.fetchToken("notes", segment);
    }
  }

  /** Stores a token as Axon does, while the batch prepares its commit. */
  private void handleBatchUpTo(long position) {
    BatchingUnitOfWork<EventMessage<?>> batch =
        new BatchingUnitOfWork<>(List.of(GenericEventMessage.asEventMessage("event")));
    batch.onPrepareCommit(
        unit -> tokens.storeToken(new GlobalSequenceTrackingToken(position), "notes", 0));
    ResultMessage<?> result = batch.executeWithResult(() -> null);
    if (result.isExceptional()) {
      throw (RuntimeException) result.exceptionResult();
    }
  }

  private List<Long> positions() {
    TokenPositions positions = new TokenPositions(JacksonSerializer.defaultSerializer());
    return collection()
        .find()
        .sort(ascending("segment"))
        .map(
            entry -> {
              Binary token = entry.get("token", Binary.class);
              return positions.position(
                  token == null ? null : token.getData(), entry.getString("tokenType"));
            })
        .into(new ArrayList<>());
  }

  private void extendAll() {
    for (int segment = 0; segment < 4; segment++) {
      tokens.extendClaim("notes", segment);
    }
  }

  private void passSeconds(int seconds) {
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  private MongoCollection<Document> collection() {
    return mongo.database().getCollection("tokens");
  }
}
