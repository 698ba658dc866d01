package dev.annals.projection.write;

import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;

import com.mongodb.client.MongoCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bson.Document;

/**
 * Deletes documents in chunks, so that each command stays within its time limit. A removal that is
 * interrupted and repeated continues where it ended.
 */
public final class Removal {

  /**
   * The most documents of a command. Each may have 2 000 words and as many index entries; a server
   * deletes 250 such documents in a second or two.
   */
  static final int CHUNK = 250;

  private Removal() {}

  /**
   * Deletes the documents of these owners.
   *
   * @param extendClaim runs before each chunk after the first
   */
  public static void delete(
      MongoCollection<?> collection, Collection<String> owners, Runnable extendClaim) {
    for (List<String> ids = nextIds(collection, owners); !ids.isEmpty(); ) {
      collection.deleteMany(ShardKey.of(owners, ids));
      if (ids.size() < CHUNK) {
        return;
      }
      extendClaim.run();
      ids = nextIds(collection, owners);
    }
  }

  private static List<String> nextIds(MongoCollection<?> collection, Collection<String> owners) {
    return collection
        .withDocumentClass(Document.class)
        .find(in("owner", owners))
        .projection(include("_id"))
        .limit(CHUNK)
        .batchSize(CHUNK + 1)
        .map(document -> document.getString("_id"))
        .into(new ArrayList<>());
  }
}
