package dev.annals.projection.list;

import static com.mongodb.client.model.Filters.gte;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import dev.annals.projection.model.TestMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListingWalkTest {

  private static final int LIMIT_MILLIS = 500;

  private final TestMongo mongo = new TestMongo();
  private final MongoCollection<Document> numbers = mongo.database().getCollection("numbers");

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void readsAllDocumentsForLongerThanTheTimeLimit() {
    numbers.insertMany(IntStream.range(0, 300).mapToObj(i -> new Document("_id", i)).toList());

    assertThat(walked(numbers.withTimeout(LIMIT_MILLIS, MILLISECONDS))).hasSize(200);
    assertThat(walked(numbers)).hasSize(200);
  }

  private static List<Integer> walked(MongoCollection<Document> collection) {
    List<Integer> found = new ArrayList<>();
    try (MongoCursor<Document> all =
        Listing.all(collection, gte("_id", 100)).batchSize(50).iterator()) {
      found.add(all.next().getInteger("_id"));
      long begun = System.nanoTime();
      await().until(() -> System.nanoTime() - begun > MILLISECONDS.toNanos(LIMIT_MILLIS));
      all.forEachRemaining(document -> found.add(document.getInteger("_id")));
    }
    return found;
  }
}
