package dev.annals.projection.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.projection.model.IndexCoverage;
import dev.annals.projection.model.TestMongo;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboxIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  @ParameterizedTest
  @ValueSource(strings = {"sequence", "-sequence"})
  void anIndexServesAListInItsOrder(String order) {
    Bson sort = order.startsWith("-") ? InboxQueries.NEWEST_FIRST : InboxQueries.OLDEST_FIRST;
    Bson unread = InboxQueries.filter(ANN, Optional.of(true), OptionalLong.of(3), 5);
    Bson all = InboxQueries.filter(ANN, Optional.empty(), OptionalLong.of(3), 5);

    assertThat(unread.toBsonDocument().toString()).contains("\"sequence\": {\"$gt\": 5");
    assertThat(IndexCoverage.verdict(Inbox.INDEXES, unread, sort)).isEqualTo("ordered");
    assertThat(IndexCoverage.verdict(Inbox.INDEXES, all, sort)).isEqualTo("ordered");
  }

  @Test
  void theServerAcceptsTheIndexes() {
    try (TestMongo mongo = new TestMongo()) {
      Inbox inbox =
          new Inbox(
              new InboxTypes(Map.of(), event -> null),
              mongo.database(),
              TestMongo.properties(),
              new InboxProperties(Duration.ofDays(90), Duration.ofDays(365)),
              () -> {},
              users -> Set.of(),
              Clock.systemUTC());
      inbox.createIndexes();
      inbox.createIndexes();
    }
  }
}
