package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void noConnectionWaitsForTheCommandsOfAnother() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedMongo mongo = EmbeddedMongo.start(data)) {
      ServerAddress address = new ServerAddress(new ConnectionString(uri(mongo)).getHosts().get(0));
      List<Socket> connections = new ArrayList<>();
      try {
        for (int i = 0; i < 100; i++) {
          connections.add(new Socket(address.getHost(), address.getPort()));
        }
        await().untilAsserted(() -> assertThat(workers()).isGreaterThanOrEqualTo(100));
      } finally {
        for (Socket connection : connections) {
          connection.close();
        }
      }
    }
  }

  private static long workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mongo-server-worker"))
        .count();
  }

  private static MongoClient client(EmbeddedMongo mongo) {
    return MongoClients.create(uri(mongo));
  }

  private static String uri(EmbeddedMongo mongo) {
    return (String) mongo.properties().get("spring.mongodb.uri");
  }

  private static MongoCollection<Document> notes(MongoClient client) {
    return client.getDatabase("annals").getCollection("notes");
  }
}
