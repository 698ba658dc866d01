package dev.annals.projection.write;

import java.util.Collection;
import org.bson.Document;

/**
 * Makes the filters of documents by their shard key, {@code {owner: 1, _id: 1}}. A sharded cluster
 * asks the shards of these owners only, and accepts an upsert. The fields are at the top, where
 * each server sees them.
 */
public final class ShardKey {

  private static final String OWNER = "owner";

  private ShardKey() {}

  public static Document of(String owner, String id) {
    return new Document(OWNER, owner).append("_id", id);
  }

  public static Document of(String owner, Collection<String> ids) {
    return new Document(OWNER, owner).append("_id", new Document("$in", ids));
  }

  public static Document of(Collection<String> owners, Collection<String> ids) {
    return new Document(OWNER, new Document("$in", owners)).append("_id", new Document("$in", ids));
  }
}
