package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMongoTest {
  @TempDir private Path folder;
  @TempDir private Path afterTheKill;

  @Test
  void keepsWhatWasCommittedThroughAKill() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedMongo mongo = EmbeddedMongo.start(data);
        MongoClient client = client(mongo)) {
      notes(client).insertOne(new Document("_id", "kept"));
      mongo.commit();
      // What a process that is killed now leaves: the file as it is, not closed.
      Files.copy(folder.resolve("mongo.mv"), afterTheKill.resolve("mongo.mv"));
    }
    try (DataFolder data = DataFolder.open(afterTheKill);
        EmbeddedMongo mongo = EmbeddedMongo.start(data);
        MongoClient client = client(mongo)) {
      assertThat(notes(client).find()).containsExactly(new Document("_id", "kept"));
    }
  }

  private static MongoClient client(EmbeddedMongo mongo) {
    return MongoClients.create((String) mongo.properties().get("spring.mongodb.uri"));
  }

  private static MongoCollection<Document> notes(MongoClient client) {
    return client.getDatabase("annals").getCollection("notes");
  }
}
