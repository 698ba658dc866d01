package dev.annals.projection.model;

import com.mongodb.client.MongoDatabase;
import org.bson.Document;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Reports whether the read models' database answers. */
// By this name it replaces Boot's, which sends a command that the embedded server does not know.
@Component("mongoHealthIndicator")
final class MongoHealthIndicator extends AbstractHealthIndicator {

  private final MongoDatabase database;

  MongoHealthIndicator(MongoDatabase database) {
    super("MongoDB does not answer");
    this.database = database;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    database.runCommand(new Document("ping", 1));
    builder.up();
  }
}
