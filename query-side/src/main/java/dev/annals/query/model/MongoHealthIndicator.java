package dev.annals.query.model;

import com.mongodb.client.MongoDatabase;
import org.bson.Document;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Whether the read models' database answers, by a command that the embedded server knows too. */
@Component
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
