package dev.annals.query.model;

import com.mongodb.client.MongoDatabase;
import dev.annals.query.TestMongo;
import java.util.Optional;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.axonframework.serialization.json.JacksonSerializer;

/** The token store that projections get. */
public final class ProjectionTokens {

  private ProjectionTokens() {}

  /** With the settings of the program. */
  public static TokenStore in(MongoDatabase database, ModelDurability durability) {
    return ProjectionProcessors.tokenStore(
        database,
        TestMongo.properties(),
        JacksonSerializer.defaultSerializer(),
        durability,
        Optional.empty());
  }
}
