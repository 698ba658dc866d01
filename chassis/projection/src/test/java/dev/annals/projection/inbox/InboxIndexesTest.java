package dev.annals.projection.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Filters;
import dev.annals.projection.model.IndexCoverage;
import dev.annals.projection.model.TestMongo;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.Test;

class InboxIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  /** An index serves its last field in both directions. */
  @Test
  void anIndexServesEveryFilterOfAListInItsOrder() {
    Bson unread = InboxQueries.filter(ANN, Optional.of(true), OptionalLong.of(3), 5);
    Bson all = InboxQueries.filter(ANN, Optional.empty(), OptionalLong.of(3), 5);
    Bson newest = Filters.and(Filters.eq("owner", ""), Filters.gt("sequence", 0));

    assertThat(unread.toBsonDocument().toString()).contains("\"sequence\": {\"$gt\": 5");
    assertThat(IndexCoverage.filtered(Inbox.INDEXES, unread)).isTrue();
    assertThat(IndexCoverage.filtered(Inbox.INDEXES, all)).isTrue();
    assertThat(IndexCoverage.filtered(Inbox.INDEXES, newest)).isTrue();
    assertThat(Inbox.INDEXES)
        .extracting(index -> index.toBsonDocument().keySet().toArray())
        .allSatisfy(keys -> assertThat(keys).endsWith("sequence"));
  }

  @Test
  void theServerAcceptsTheIndexes() {
    try (TestMongo mongo = new TestMongo()) {
      Inbox inbox =
          new Inbox(new InboxTypes(Map.of()), mongo.database(), () -> {}, users -> Set.of());
      inbox.createIndexes();
      inbox.createIndexes();
    }
  }
}
