package dev.annals.standalone;

import static com.mongodb.client.model.Aggregates.group;
import static com.mongodb.client.model.Aggregates.limit;
import static com.mongodb.client.model.Aggregates.match;
import static com.mongodb.client.model.Aggregates.project;
import static com.mongodb.client.model.Aggregates.skip;
import static com.mongodb.client.model.Aggregates.sort;
import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Filters.regex;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static com.mongodb.client.model.Sorts.orderBy;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Accumulators;
import com.mongodb.client.model.CountOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.ReplaceOptions;
import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.h2.mvstore.MVMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnerIndexedBackendTest {

  private static final List<String> OWNERS = List.of("ann", "ben", "cem");
  private static final Bson ANNS = and(eq("owner", "ann"), eq("deleted", false));
  private static final Bson NEWEST = orderBy(descending("at"), ascending("_id"));
  private static final int MAX_ENTRIES = -1;
  private static final AtomicInteger READ = new AtomicInteger();

  @TempDir private Path folder;

  /** The limits keep all lists, or remove them all the time. */
  @ParameterizedTest
  @ValueSource(ints = {MAX_ENTRIES, 150})
  void answersAsTheLibraryDoesAfterRandomChangesAndStarts(int entries) throws Exception {
    Random random = new Random(entries);
    try (Server library = new Server(H2Backend.inMemory())) {
      for (int start = 0; start < 4; start++) {
        try (Server own = new Server(backend(entries))) {
          for (int i = 0; i < 400; i++) {
            Function<MongoCollection<Document>, Object> action =
                random.nextInt(3) == 0 ? change(random) : query(random);
            assertThat(answer(own, action)).isEqualTo(answer(library, action));
          }
        }
      }
    }
  }

  private static Function<MongoCollection<Document>, Object> change(Random random) {
    String id = "%02d".formatted(random.nextInt(60));
    Bson one = eq("_id", id);
    Document document = document(random, id);
    Bson update = update(random);
    Bson filter = filter(random);
    Bson order = order(random);
    return switch (random.nextInt(40)) {
      case 0 -> notes -> notes.deleteMany(filter).getDeletedCount();
      case 1 -> notes -> notes.updateMany(filter, update).getModifiedCount();
      case 2 -> notes -> notes.updateOne(filter, update).getModifiedCount();
      case 3 ->
          notes ->
              String.valueOf(
                  notes.findOneAndUpdate(
                      filter, update, new FindOneAndUpdateOptions().sort(order)));
      case 4, 5, 6 -> notes -> notes.deleteOne(one).getDeletedCount();
      case 7, 8, 9, 10, 11, 12 -> notes -> notes.updateOne(one, update).getModifiedCount();
      case 13, 14, 15, 16 -> notes -> notes.insertOne(document).getInsertedId();
      case 17 ->
          random.nextInt(4) > 0
              ? notes -> 0
              : notes -> {
                notes.drop();
                return 0;
              };
      default ->
          notes ->
              notes.replaceOne(one, document, new ReplaceOptions().upsert(true)).getMatchedCount();
    };
  }

  private static Document document(Random random, String id) {
    Document document = new Document("_id", id);
    document.put("owner", pick(random, "ann", "ann", "ben", "cem", 7, null));
    document.put("deleted", random.nextInt(4) == 0);
    document.put("status", pick(random, "OPEN", "DONE", "DONE", null));
    document.put("rank", pick(random, 0, 1, 2, 2L));
    document.put("at", Instant.ofEpochMilli(random.nextInt(20)));
    document.put("title", pick(random, "a", "b", "B", "c", ""));
    document.put("sequence", (long) random.nextInt(50));
    document.values().removeIf(value -> value == null && random.nextBoolean());
    // A list of these values cannot be kept.
    if (random.nextInt(60) == 0) {
      document.put("title", List.of("a", "z"));
      document.put("rank", 1.5);
    }
    return document;
  }

  private static Bson update(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> set("deleted", random.nextBoolean());
      case 1 -> set("owner", pick(random, "ann", "ben"));
      case 2 -> set("rank", random.nextInt(3));
      case 3 -> set("sequence", (long) random.nextInt(50));
      case 4 -> unset("at");
      default -> set("at", Instant.ofEpochMilli(random.nextInt(20)));
    };
  }

  private static Bson filter(Random random) {
    List<Bson> conditions = new ArrayList<>();
    conditions.add(eq("owner", OWNERS.get(random.nextInt(3))));
    Object number = pick(random, 1, 2L, 20, 30L, 1.5);
    for (int i = random.nextInt(3); i > 0; i--) {
      conditions.add(
          switch (random.nextInt(15)) {
            case 0 -> eq("status", "OPEN");
            case 1 -> eq("rank", number);
            case 2 -> eq("sequence", number);
            case 3 -> gt("sequence", number);
            case 4 -> and(gte("sequence", 10L), lt("sequence", number));
            case 5 -> lte("at", Instant.ofEpochMilli(random.nextInt(20)));
            case 6 -> or(eq("deleted", true), eq("rank", 2));
            case 7 -> regex("title", "^a");
            case 8 ->
                pick(
                    random,
                    eq("at", null),
                    in("rank", 1, 2),
                    gt("title", 3),
                    new Document("sequence", new Document("$gt", 9).append("$lte", number)));
            case 9 -> eq("title", "a");
            case 10 -> and(eq("status", "OPEN"), eq("status", "DONE"));
            case 12 ->
                new Document(
                    "_id",
                    new Document("$gt", "%02d".formatted(random.nextInt(60)))
                        .append("$lt", "%02d".formatted(random.nextInt(60))));
            case 11 -> and(eq("sequence", number), gt("sequence", number));
            case 13 -> eq("_id", "%02d".formatted(random.nextInt(60)));
            case 14 -> in("_id", random.ints(9, 0, 70).mapToObj("%02d"::formatted).toList());
            default -> eq("deleted", random.nextInt(4) == 0);
          });
    }
    return random.nextBoolean() ? and(conditions) : flat(conditions);
  }

  private static Bson flat(List<Bson> conditions) {
    Document flat = new Document();
    conditions.forEach(it -> it.toBsonDocument().forEach(flat::putIfAbsent));
    return flat;
  }

  private static Bson order(Random random) {
    Bson first = pick(random, ascending("at"), descending("at"), ascending("sequence"));
    return pick(
        random,
        first,
        orderBy(first, ascending("_id")),
        orderBy(descending("rank"), first),
        ascending("title"),
        orderBy(descending("title"), descending("_id"), ascending("at")),
        orderBy(ascending("deleted"), ascending("status"), descending("sequence")));
  }

  private static Function<MongoCollection<Document>, Object> query(Random random) {
    Bson filter = filter(random);
    Bson order = order(random);
    int skip = random.nextInt(3) * 3;
    int limit = 1 + random.nextInt(8);
    List<Bson> page = List.of(match(filter), sort(order), skip(skip), limit(limit));
    List<Bson> refused =
        List.of(match(filter), sort(order), pick(random, skip(-limit), limit(0), limit(-limit)));
    CountOptions some = new CountOptions().skip(skip).limit(limit);
    return switch (random.nextInt(11)) {
      case 0 -> notes -> notes.countDocuments(filter);
      case 1 -> notes -> notes.countDocuments(filter, some);
      case 2 -> notes -> list(notes.find(filter).sort(order).skip(skip).limit(limit));
      case 3 -> notes -> list(notes.find(filter).sort(order).projection(include("at")));
      case 4 -> notes -> list(notes.find(filter).skip(skip).limit(limit));
      case 5 -> notes -> list(notes.aggregate(page));
      case 6 -> notes -> list(notes.aggregate(with(page, project(include("_id")))));
      case 7 -> notes -> list(notes.aggregate(with(page, project(include("title")))));
      case 8 -> notes -> list(notes.find(filter).sort(new Document("$natural", -1)).limit(limit));
      case 9 -> notes -> list(notes.aggregate(refused));
      default ->
          notes ->
              list(
                  notes.aggregate(
                      List.of(
                          match(filter),
                          group("$status", Accumulators.sum("n", 1)),
                          sort(ascending("_id")))));
    };
  }

  private static List<Bson> with(List<Bson> stages, Bson last) {
    List<Bson> all = new ArrayList<>(stages);
    all.add(last);
    return all;
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... values) {
    return values[random.nextInt(values.length)];
  }

  private static Object answer(Server server, Function<MongoCollection<Document>, Object> action) {
    try {
      return action.apply(server.notes);
    } catch (MongoException refused) {
      return refused.getCode();
    }
  }

  private static List<String> list(Iterable<Document> documents) {
    List<String> list = new ArrayList<>();
    documents.forEach(document -> list.add(document.toJson()));
    return list;
  }

  @Test
  void readsOnlyTheDocumentsOfAPageAndNoneForACount() throws Exception {
    try (Server server = new Server(backend(MAX_ENTRIES))) {
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < 11_000; i++) {
        documents.add(
            new Document("_id", "%05d".formatted(i))
                .append("owner", i % 11 == 0 ? "ann" : "owner" + i % 11)
                .append("deleted", false)
                .append("sequence", (long) i)
                .append("at", Instant.ofEpochMilli(i)));
      }
      server.notes.insertMany(documents);

      // The first page makes the list, of her documents alone.
      assertThat(read(() -> assertThat(page(server, 0, 20)).hasSize(20))).isEqualTo(1_000);
      assertThat(read(() -> assertThat(page(server, 0, 20)).first().isEqualTo("10989"))).isZero();
      assertThat(read(() -> assertThat(page(server, 980, 20)).last().isEqualTo("00000"))).isZero();
      assertThat(read(() -> list(server.notes.find(in("_id", page(server, 0, 20)))))).isEqualTo(20);
      Document some = new Document("owner", new Document("$in", List.of("ann", "ben")));
      some.append("_id", new Document("$in", page(server, 0, 20)));
      assertThat(read(() -> assertThat(list(server.notes.find(some))).hasSize(20))).isEqualTo(20);
      Document one = new Document("owner", "ann").append("_id", "10989");
      assertThat(read(() -> assertThat(list(server.notes.find(one))).hasSize(1))).isEqualTo(1);
      assertThat(read(() -> server.notes.updateOne(one, set("title", "a")))).isLessThan(4);
      assertThat(read(() -> assertThat(server.notes.countDocuments(ANNS)).isEqualTo(1_000)))
          .isZero();

      Bson range = new Document("_id", new Document("$gt", "00100").append("$lt", "00110"));
      assertThat(read(() -> assertThat(list(server.notes.find(range))).hasSize(9))).isEqualTo(9);

      // The notifications that a subscriber missed.
      Bson missed = and(eq("owner", "ann"), gt("sequence", 10_956L));
      Runnable find =
          () ->
              assertThat(server.notes.find(missed).sort(ascending("sequence")).limit(9)).hasSize(3);
      assertThat(read(find)).isEqualTo(1_003);
      assertThat(read(find)).isEqualTo(3);
      assertThat(read(() -> assertThat(server.notes.countDocuments(missed)).isEqualTo(3))).isZero();
      Bson number = and(eq("owner", "ann"), eq("sequence", 10_989L));
      assertThat(read(() -> assertThat(server.notes.countDocuments(number)).isEqualTo(1))).isZero();
    }
  }

  @Test
  void removesTheListsOfTheOwnerWhoListedLongestAgoAtTheLimit() throws Exception {
    try (Server server = new Server(backend(250))) {
      for (int i = 0; i < 300; i++) {
        server.notes.insertOne(
            new Document("_id", "%03d".formatted(i)).append("owner", OWNERS.get(i % 3)));
      }
      assertThat(List.of("ann", "ben", "ann", "cem", "ann", "ben"))
          .map(owner -> read(() -> server.notes.countDocuments(eq("owner", owner))))
          .containsExactly(100, 100, 0, 100, 0, 100);
    }
  }

  private static int read(Runnable query) {
    int before = READ.get();
    query.run();
    return READ.get() - before;
  }

  private static List<String> page(Server server, int skip, int size) {
    return server
        .notes
        .aggregate(
            List.of(match(ANNS), sort(NEWEST), skip(skip), limit(size), project(include("_id"))))
        .map(document -> document.getString("_id"))
        .into(new ArrayList<>());
  }

  /** A page is of one moment, while its list is made as well as later. */
  @Test
  void listsEachDocumentOnceWhileAllAreMoved() throws Exception {
    try (Server server = new Server(backend(100))) {
      for (int i = 0; i < 100; i++) {
        server.notes.insertOne(
            new Document("_id", "%02d".formatted(i))
                .append("owner", "ann")
                .append("deleted", false)
                .append("at", Instant.ofEpochMilli(0)));
      }
      CompletableFuture<Void> moved =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 1; i <= 1_000; i++) {
                  server.notes.updateOne(
                      eq("_id", "%02d".formatted(i * 37 % 100)),
                      set("at", Instant.ofEpochMilli(i)));
                }
              });
      while (!moved.isDone()) {
        assertThat(page(server, 0, 100)).doesNotHaveDuplicates().hasSize(100);
        assertThat(page(server, 40, 20)).doesNotHaveDuplicates().hasSize(20);
        assertThat(server.notes.countDocuments(ANNS)).isEqualTo(100);
        // At the limit, lists of ben take the place of those of ann.
        server.notes.countDocuments(eq("owner", "ben"));
        server.notes.countDocuments(and(eq("owner", "ben"), eq("deleted", true)));
      }
      moved.join();
      assertThat(page(server, 0, 3)).containsExactly("00", "63", "26");
    }
  }

  private OwnerIndexedBackend backend(int entries) {
    return new OwnerIndexedBackend(folder.resolve("mongo.mv").toString()) {
      @Override
      IndexedCollection open(
          H2Database database, String name, CollectionOptions options, String map) {
        return new CountingCollection(
            database,
            name,
            options,
            documents(map),
            getMvStore().openMap("meta." + map),
            getCursorRegistry(),
            entries);
      }
    };
  }

  /** A collection that counts the documents that are read. */
  private static final class CountingCollection extends IndexedCollection {

    private final int entries;

    private CountingCollection(
        H2Database database,
        String name,
        CollectionOptions options,
        MVMap<Object, de.bwaldvogel.mongo.bson.Document> data,
        MVMap<String, Object> meta,
        CursorRegistry cursors,
        int entries) {
      super(database, name, options, data, meta, cursors);
      this.entries = entries;
    }

    @Override
    int maxEntries() {
      return entries == MAX_ENTRIES ? super.maxEntries() : entries;
    }

    @Override
    protected de.bwaldvogel.mongo.bson.Document getDocument(Object position) {
      READ.incrementAndGet();
      return super.getDocument(position);
    }

    @Override
    protected QueryResult matchDocuments(
        de.bwaldvogel.mongo.bson.Document query,
        de.bwaldvogel.mongo.bson.Document order,
        int skip,
        int limit,
        int batchSize,
        de.bwaldvogel.mongo.bson.Document fields) {
      READ.addAndGet(count());
      return super.matchDocuments(query, order, skip, limit, batchSize, fields);
    }
  }

  private static final class Server implements AutoCloseable {

    private final MongoServer server;
    private final MongoClient client;
    private final MongoCollection<Document> notes;

    private Server(MongoBackend backend) {
      server = new MongoServer(backend);
      client = MongoClients.create(server.bindAndGetConnectionString());
      notes = client.getDatabase("annals").getCollection("notes");
    }

    @Override
    public void close() {
      client.close();
      server.shutdownNow();
    }
  }
}
