package dev.annals.jobs.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.command.CountedDriver;
import dev.annals.command.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.eventhandling.GlobalSequenceTrackingToken;
import org.axonframework.eventhandling.Segment;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.serialization.json.JacksonSerializer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Claims of two processes with five processors. */
class ClaimStoreTest {

  private static final List<String> PROCESSORS = List.of("a", "b", "c", "d", "e");
  private static final String OLD = "2026-01-01T00:00:00Z";

  private static Database database;
  private static DataSource counted;

  private final AtomicLong nanos = new AtomicLong(Duration.ofDays(1).toNanos());
  private final JdbcClient jdbc = database.jdbc();
  private final ClaimStore one = store("one", counted::getConnection);
  private final ClaimStore two = store("two", counted::getConnection);

  @BeforeAll
  static void createTables() {
    database = Database.create();
    Flyway.configure()
        .dataSource(database.dataSource())
        .locations("classpath:db/chassis")
        .load()
        .migrate();
    counted = database.countedDataSource();
  }

  @BeforeEach
  void claimAllForTheFirst() {
    jdbc.sql("delete from events.token_entry").update();
    for (String processor : PROCESSORS) {
      one.initializeTokenSegments(processor, 1, new GlobalSequenceTrackingToken(7));
      one.fetchToken(processor, 0);
    }
    CountedDriver.take();
  }

  @Test
  void looksForFreeSegmentsOfAllProcessorsWithOneTripASecond() {
    PROCESSORS.forEach(two::fetchAvailableSegments);
    assertThat(CountedDriver.take()).hasSize(1);

    nanos.addAndGet(Duration.ofMillis(999).toNanos());
    PROCESSORS.forEach(two::fetchAvailableSegments);
    assertThat(CountedDriver.take()).isEmpty();

    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    PROCESSORS.forEach(two::fetchAvailableSegments);
    assertThat(CountedDriver.take()).hasSize(1);
  }

  @Test
  void looksEveryFiveSecondsIfItOwnsAllSegments() {
    PROCESSORS.forEach(one::fetchAvailableSegments);
    CountedDriver.take();

    nanos.addAndGet(Duration.ofMillis(4_999).toNanos());
    PROCESSORS.forEach(one::fetchAvailableSegments);
    assertThat(CountedDriver.take()).isEmpty();

    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    PROCESSORS.forEach(one::fetchAvailableSegments);
    assertThat(CountedDriver.take()).hasSize(1);
  }

  @Test
  void findsASegmentOnceAnotherProcessReleasesIt() {
    assertThat(two.fetchAvailableSegments("a")).isEmpty();
    one.releaseClaim("a", 0);
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(two.fetchAvailableSegments("a")).containsExactly(Segment.ROOT_SEGMENT);
    assertThat(two.fetchAvailableSegments("b")).isEmpty();
  }

  @Test
  void findsTheSegmentsOfANewProcessorAtOnce() {
    assertThat(two.fetchAvailableSegments("new")).isEmpty();
    two.initializeTokenSegments("new", 2);

    assertThat(two.fetchAvailableSegments("new"))
        .containsExactly(Segment.computeSegment(0, 0, 1), Segment.computeSegment(1, 0, 1));
  }

  @Test
  void extendsTheClaimsOfAllProcessorsThatAskWithOneTrip() {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    age();
    CountedDriver.take();

    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));

    assertThat(CountedDriver.take()).hasSize(1);
    assertThat(ofAge(OLD)).isEmpty();
  }

  @Test
  void extendsClaimsThatAreAskedForAtDifferentTimesWithOneTripEveryTwoSeconds() {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    CountedDriver.take();

    for (int round = 0; round < 3; round++) {
      for (String processor : PROCESSORS) {
        nanos.addAndGet(Duration.ofMillis(400).toNanos());
        one.extendClaim(processor, 0);
      }
    }

    assertThat(CountedDriver.take()).hasSize(3);
  }

  @Test
  void doesNotExtendTheClaimOfAProcessorThatNoLongerAsks() {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    nanos.addAndGet(Duration.ofMillis(4_001).toNanos());
    age();

    one.extendClaim("a", 0);

    assertThat(ofAge(OLD)).containsExactly("b", "c", "d", "e");
  }

  @Test
  void extendsTheOtherClaimsWhileOneIsLocked() throws SQLException {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    age();

    try (Connection other = database.dataSource().getConnection()) {
      other.setAutoCommit(false);
      other
          .createStatement()
          .execute("select * from events.token_entry where processor_name = 'c' for update");
      Stream.of("a", "b", "d", "e").forEach(processor -> one.extendClaim(processor, 0));
      other.rollback();
    }

    assertThat(ofAge(OLD)).containsExactly("c");
  }

  @Test
  void refusesToExtendOrStoreAfterAnotherProcessHasTakenOver() {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    age();
    two.fetchToken("a", 0);

    assertThatThrownBy(() -> one.extendClaim("a", 0))
        .isInstanceOf(UnableToClaimTokenException.class);
    assertThatThrownBy(() -> one.storeToken(new GlobalSequenceTrackingToken(8), "a", 0))
        .isInstanceOf(UnableToClaimTokenException.class);
    assertThat(two.fetchToken("a", 0)).isEqualTo(new GlobalSequenceTrackingToken(7));
  }

  @Test
  void storesAPositionWithOneTrip() {
    one.storeToken(new GlobalSequenceTrackingToken(8), "a", 0);

    assertThat(CountedDriver.take()).hasSize(1);
    assertThat(one.fetchToken("a", 0)).isEqualTo(new GlobalSequenceTrackingToken(8));
  }

  @Test
  void storesThePositionsOfAllProcessorsWithTheNextExtension() {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    CountedDriver.take();
    PROCESSORS.forEach(
        processor -> one.storeToken(new GlobalSequenceTrackingToken(8), processor, 0));
    assertThat(CountedDriver.take()).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    one.extendClaim("a", 0);

    assertThat(CountedDriver.take()).hasSize(1);
    PROCESSORS.forEach(
        processor ->
            assertThat(one.fetchToken(processor, 0)).isEqualTo(new GlobalSequenceTrackingToken(8)));
  }

  @Test
  void neverReplacesThePositionOfABatchByAnEarlierOne() {
    one.extendClaim("a", 0);
    one.storeToken(new GlobalSequenceTrackingToken(8), "a", 0);
    UnitOfWork<?> batch = DefaultUnitOfWork.startAndGet(null);
    one.storeToken(new GlobalSequenceTrackingToken(9), "a", 0);
    batch.commit();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    one.extendClaim("a", 0);

    assertThat(one.fetchToken("a", 0)).isEqualTo(new GlobalSequenceTrackingToken(9));
  }

  @Test
  void storesThePositionAtOnceAfterAClaim() {
    PROCESSORS.forEach(processor -> one.extendClaim(processor, 0));
    one.fetchToken("a", 0);
    PROCESSORS.subList(1, 5).forEach(processor -> one.extendClaim(processor, 0));

    one.storeToken(new GlobalSequenceTrackingToken(8), "a", 0);

    assertThat(one.fetchToken("a", 0)).isEqualTo(new GlobalSequenceTrackingToken(8));
  }

  @Test
  void storesNoPositionOfAnEarlierClaim() {
    one.extendClaim("a", 0);
    one.storeToken(new GlobalSequenceTrackingToken(8), "a", 0);
    one.fetchToken("a", 0);
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());

    one.extendClaim("a", 0);

    assertThat(one.fetchToken("a", 0)).isEqualTo(new GlobalSequenceTrackingToken(7));
  }

  @Test
  void storesAPositionInTheTransactionThatHasLockedItsSegment() throws SQLException {
    try (Connection transaction = database.dataSource().getConnection()) {
      transaction.setAutoCommit(false);
      ClaimStore merging =
          store("one", new SingleConnectionDataSource(transaction, true)::getConnection);
      merging.fetchToken("a", 0);
      merging.storeToken(new GlobalSequenceTrackingToken(8), "a", 0);
      transaction.rollback();
    }

    assertThat(one.fetchToken("a", 0)).isEqualTo(new GlobalSequenceTrackingToken(7));
  }

  private void age() {
    jdbc.sql("update events.token_entry set time_stamp = ?").param(OLD).update();
  }

  private List<String> ofAge(String time) {
    return jdbc.sql(
            "select processor_name from events.token_entry where time_stamp = ? order by processor_name")
        .param(time)
        .query(String.class)
        .list();
  }

  private ClaimStore store(String instance, ConnectionProvider connections) {
    return new ClaimStore(
        JdbcTokenStore.builder()
            .connectionProvider(connections)
            .serializer(JacksonSerializer.defaultSerializer())
            .schema(ClaimStore.SCHEMA),
        counted,
        instance,
        Duration.ofSeconds(1),
        nanos::get);
  }
}
