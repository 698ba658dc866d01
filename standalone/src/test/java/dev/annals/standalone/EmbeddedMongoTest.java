package dev.annals.standalone;

import static com.mongodb.client.model.Aggregates.match;
import static com.mongodb.client.model.Aggregates.sort;
import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.regex;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.mongodb.ConnectionString;
import com.mongodb.MongoWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.ReplaceOptions;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bson.BsonDateTime;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMongoTest {
  @TempDir private Path folder;
  @TempDir private Path afterTheKill;

  @Test
  void keepsCommittedWritesAfterAKill() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedMongo mongo = new EmbeddedMongo(data);
        MongoClient client = client(mongo)) {
      notes(client).insertOne(new Document("_id", "kept"));
      mongo.commit();
      // Simulates a kill: copies the file without closing it.
      Files.copy(folder.resolve("mongo.mv"), afterTheKill.resolve("mongo.mv"));
    }
    try (DataFolder data = DataFolder.open(afterTheKill);
        EmbeddedMongo mongo = new EmbeddedMongo(data);
        MongoClient client = client(mongo)) {
      assertThat(notes(client).find()).containsExactly(new Document("_id", "kept"));
    }
  }

  @Test
  void runsCommandsOfManyConnectionsInParallel() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedMongo mongo = new EmbeddedMongo(data)) {
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

  /** The index of owners gives what a walk through all documents gives. */
  @Test
  void listsTheDocumentsOfAnOwnerAfterEachChangeAndEachStart() throws Exception {
    Bson anns = and(eq("owner", "ann"), eq("deleted", false));
    try (DataFolder data = DataFolder.open(folder)) {
      try (EmbeddedMongo mongo = new EmbeddedMongo(data);
          MongoClient client = client(mongo)) {
        notes(client).insertOne(note("a", "ann"));
        notes(client).insertMany(List.of(note("b", "ben"), note("c", "ann"), note("d", "ann")));
        assertThat(ids(client, anns)).containsExactly("a", "c", "d");

        notes(client).updateOne(eq("_id", "a"), set("deleted", true));
        notes(client)
            .replaceOne(eq("_id", "e"), note("e", "ann"), new ReplaceOptions().upsert(true));
        notes(client).updateOne(eq("_id", "b"), set("owner", "ann"));
        notes(client).deleteOne(eq("_id", "c"));
        assertThat(ids(client, anns)).containsExactly("b", "d", "e");
        assertThat(ids(client, eq("owner", "ben"))).isEmpty();
      }
      try (EmbeddedMongo mongo = new EmbeddedMongo(data);
          MongoClient client = client(mongo)) {
        assertThat(ids(client, anns)).containsExactly("b", "d", "e");
        assertThat(notes(client).countDocuments(eq("owner", "ann"))).isEqualTo(4);

        notes(client).deleteMany(eq("owner", "ann"));
        assertThat(ids(client, anns)).isEmpty();
        assertThat(notes(client).countDocuments()).isZero();

        notes(client).insertOne(note("f", "ann"));
        notes(client).drop();
        notes(client).insertOne(note("g", "ann"));
        assertThat(ids(client, anns)).containsExactly("g");
      }
    }
  }

  /** Earlier versions stored documents by Java's serialization, and an index of ids. */
  @Test
  void readsAndChangesTheFileOfAnEarlierVersion() throws Exception {
    List<Document> stored = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      stored.add(
          note("note-%03d".formatted(i), "ann")
              .append("lastSequence", 3L)
              .append("at", new BsonDateTime(1_000L * i))
              .append("tags", List.of("a", "b"))
              .append("token", new Binary(new byte[] {1, 2, 3}))
              .append("empty", null));
    }
    MongoServer earlier = new MongoServer(new H2Backend(folder.resolve("mongo.mv").toString()));
    earlier.bind();
    try (MongoClient client = MongoClients.create(earlier.getConnectionString())) {
      notes(client).insertMany(stored);
    } finally {
      earlier.shutdownNow();
    }
    try (DataFolder data = DataFolder.open(folder)) {
      try (EmbeddedMongo mongo = new EmbeddedMongo(data);
          MongoClient client = client(mongo)) {
        assertThat(json(notes(client).find())).isEqualTo(json(stored));
        assertThat(json(notes(client).find(in("_id", "note-007", "none"))))
            .isEqualTo(json(stored.subList(7, 8)));
        assertThatThrownBy(() -> notes(client).insertOne(note("note-007", "ben")))
            .isInstanceOfSatisfying(
                MongoWriteException.class,
                refused -> assertThat(refused.getCode()).isEqualTo(11000));
        notes(client).replaceOne(eq("_id", "note-007"), note("note-007", "ben"));
        notes(client).deleteOne(eq("_id", "note-008"));
        notes(client).insertOne(note("note-008", "ben"));
      }
      try (EmbeddedMongo mongo = new EmbeddedMongo(data);
          MongoClient client = client(mongo)) {
        stored.set(7, note("note-007", "ben"));
        stored.set(8, note("note-008", "ben"));
        assertThat(json(notes(client).find())).isEqualTo(json(stored));
        assertThat(json(notes(client).find(regex("_id", "^note-00"))))
            .isEqualTo(json(stored.subList(0, 10)));
      }
    }
  }

  @Test
  void findsNumbersByTheirValue() throws Exception {
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedMongo mongo = new EmbeddedMongo(data);
        MongoClient client = client(mongo)) {
      notes(client).insertMany(List.of(new Document("_id", 1), new Document("_id", 2L)));

      assertThat(notes(client).find(eq("_id", 1L))).containsExactly(new Document("_id", 1));
      assertThat(notes(client).deleteOne(eq("_id", 2.0)).getDeletedCount()).isEqualTo(1);
      assertThatThrownBy(() -> notes(client).insertOne(new Document("_id", 1.0)))
          .isInstanceOf(MongoWriteException.class);
    }
  }

  @Test
  void writesTwoBlocksForANewDocument() throws Exception {
    Path file = folder.resolve("mongo.mv");
    try (DataFolder data = DataFolder.open(folder);
        EmbeddedMongo mongo = new EmbeddedMongo(data);
        MongoClient client = client(mongo)) {
      notes(client)
          .insertMany(IntStream.range(0, 1_000).mapToObj(EmbeddedMongoTest::large).toList());
      mongo.commit();
      long before = Files.size(file);

      for (int i = 0; i < 10; i++) {
        notes(client).insertOne(large(1_000 + i));
        mongo.commit();
      }

      assertThat((Files.size(file) - before) / 10).isLessThan(10_000);
    }
  }

  /** Returns a document of 1 kB, whose id is next to that of any other. */
  private static Document large(int number) {
    byte[] name = {(byte) number, (byte) (number >> 8)};
    return note(UUID.nameUUIDFromBytes(name).toString(), "ann")
        .append("content", "x".repeat(1_000));
  }

  private static List<String> json(Iterable<Document> documents) {
    return StreamSupport.stream(documents.spliterator(), false).map(Document::toJson).toList();
  }

  private static Document note(String id, String owner) {
    return new Document("_id", id).append("owner", owner).append("deleted", false);
  }

  private static List<String> ids(MongoClient client, Bson filter) {
    return notes(client)
        .aggregate(List.of(match(filter), sort(ascending("_id"))))
        .into(new ArrayList<>())
        .stream()
        .map(document -> document.getString("_id"))
        .toList();
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
