package dev.annals.query.model;

import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;

import com.mongodb.client.MongoCollection;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Deletes documents in pieces, so that each command ends within its time limit however many there
 * are. What is deleted stays deleted: a removal that is interrupted and repeated goes on from
 * there.
 */
public final class Removal {

  /**
   * The most documents of a command. Each may have 2 000 words, and as many index entries: of so
   * many documents a server deletes them in a second or two.
   */
  static final int CHUNK = 250;

  private Removal() {}

  /**
   * Deletes the documents that the filter takes.
   *
   * @param extendClaim runs before each piece after the first
   */
  public static void of(MongoCollection<?> collection, Bson filter, Runnable extendClaim) {
    for (List<String> ids = nextIds(collection, filter); !ids.isEmpty(); ) {
      collection.deleteMany(in("_id", ids));
      if (ids.size() < CHUNK) {
        return;
      }
      extendClaim.run();
      ids = nextIds(collection, filter);
    }
  }

  private static List<String> nextIds(MongoCollection<?> collection, Bson filter) {
    return collection
        .withDocumentClass(Document.class)
        .find(filter)
        .projection(include("_id"))
        .limit(CHUNK)
        .batchSize(CHUNK + 1)
        .map(document -> document.getString("_id"))
        .into(new ArrayList<>());
  }
}
