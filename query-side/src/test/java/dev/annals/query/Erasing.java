package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandStartedEvent;
import dev.annals.events.identity.UserErased;
import dev.annals.projection.model.TestMongo;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.eventhandling.tokenstore.UnableToClaimTokenException;
import org.bson.BsonDocument;
import org.bson.Document;

/** Erases a user with more documents than one command deletes. */
public final class Erasing {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);

  private Erasing() {}

  /**
   * Erases the user and loses the segment after the first chunk; then erases again, with the
   * segment.
   *
   * @param collection of the projection's documents
   */
  public static void inPieces(TestMongo mongo, String collection, Delivery delivery) {
    MongoCollection<Document> documents = mongo.database().getCollection(collection);
    documents.insertMany(IntStream.range(0, 501).mapToObj(i -> of(ANN, i)).toList());
    documents.insertOne(of(BEN, 0));
    GenericDomainEventMessage<UserErased> erased =
        new GenericDomainEventMessage<>("User", ANN.toString(), 0, new UserErased(ANN));
    try (TestMongo another = new TestMongo()) {
      MongoCollection<Document> tokens = another.database(mongo.name()).getCollection("tokens");
      Object owner = tokens.find().first().get("owner");
      Deletes deletes = new Deletes(mongo, collection);
      mongo.beforeEach(
          () -> {
            deletes.look();
            if (!deletes.sizes.isEmpty()) {
              tokens.updateMany(new Document(), Updates.set("owner", "another"));
            }
          });

      assertThatThrownBy(() -> delivery.deliver(erased))
          .isInstanceOf(UnableToClaimTokenException.class);
      assertThat(documents.countDocuments(Filters.eq("owner", ANN.toString()))).isEqualTo(251);

      mongo.beforeEach(deletes::look);
      tokens.updateMany(new Document(), Updates.set("owner", owner));
      delivery.deliver(erased);
      assertThat(deletes.sizes).containsExactly(250, 250, 1);
    }
    assertThat(documents.find().map(it -> it.getString("owner"))).containsExactly(BEN.toString());
  }

  private static Document of(UUID owner, int number) {
    return new Document("_id", owner + "/" + number).append("owner", owner.toString());
  }

  /** The number of documents that each delete command names, taken before it is sent. */
  private static final class Deletes {

    private final TestMongo mongo;
    private final String collection;
    private final List<Integer> sizes = new ArrayList<>();
    private int looked;

    Deletes(TestMongo mongo, String collection) {
      this.mongo = mongo;
      this.collection = collection;
      this.looked = mongo.commands("delete").size();
    }

    void look() {
      List<CommandStartedEvent> all = mongo.commands("delete");
      for (; looked < all.size(); looked++) {
        BsonDocument command = all.get(looked).getCommand();
        if (command.getString("delete").getValue().equals(collection)) {
          BsonDocument filter = command.getArray("deletes").get(0).asDocument().getDocument("q");
          sizes.add(filter.getDocument("_id").getArray("$in").size());
        }
      }
    }
  }
}
