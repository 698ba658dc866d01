package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A backend that reads only an owner's documents for a list of that owner. The library's own
 * indexes are unique ones; without this index each list reads the documents of all owners. The
 * index is in memory, about 200 bytes a document, and is rebuilt at each start.
 */
final class OwnerIndexedBackend extends H2Backend {

  private static final String OWNER = "owner";
  private static final String ID = "_id";

  OwnerIndexedBackend(String file) {
    super(file);
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new IndexedDatabase(name);
  }

  // The super constructors open what is stored: only the outer instance is there by then.
  private final class IndexedDatabase extends H2Database {

    private IndexedDatabase(String name) {
      super(name, getMvStore(), getCursorRegistry());
    }

    @Override
    protected MongoCollection<Object> openOrCreateCollection(
        String name, CollectionOptions options) {
      String map = getFullCollectionNamespace(name);
      return new IndexedCollection(
          this,
          name,
          options,
          OwnerIndexedBackend.this,
          // The names of the maps are the library's.
          "databases." + map,
          "meta." + map);
    }

    @Override
    public Document handleCommand(
        Channel channel, String command, Document query, DatabaseResolver databases, Oplog oplog) {
      if (!command.equalsIgnoreCase("aggregate")) {
        return super.handleCommand(channel, command, query, databases, oplog);
      }
      IndexedCollection.MATCH.set(firstMatch(query));
      try {
        return super.handleCommand(channel, command, query, databases, oplog);
      } finally {
        IndexedCollection.MATCH.remove();
      }
    }

    private static Document firstMatch(Document aggregate) {
      return aggregate.get("pipeline") instanceof Collection<?> stages
              && stages.stream().findFirst().orElse(null) instanceof Document stage
              && stage.get("$match") instanceof Document match
          ? match
          : new Document();
    }
  }

  private static final class IndexedCollection extends H2Collection {

    /** The filter that a pipeline begins with, for the thread that runs it. */
    private static final ThreadLocal<Document> MATCH = ThreadLocal.withInitial(Document::new);

    private IndexedCollection(
        H2Database database,
        String name,
        CollectionOptions options,
        OwnerIndexedBackend backend,
        String data,
        String meta) {
      super(
          database,
          name,
          options,
          backend.getMvStore().openMap(data),
          backend.getMvStore().openMap(meta),
          backend.getCursorRegistry());
      // The program creates no indexes on a server that scans.
      addIndex(new OwnerIndex());
    }

    /** Returns all documents, or those that a pipeline can begin with. */
    @Override
    public Stream<Document> queryAllAsStream() {
      Document match = MATCH.get();
      Optional<Index<Object>> index =
          getIndexes().stream()
              .filter(OwnerIndex.class::isInstance)
              .filter(each -> each.canHandle(match))
              .findFirst();
      return index.isEmpty()
          ? super.queryAllAsStream()
          : ((OwnerIndex) index.get())
              .positions(match)
              .map(this::getDocument)
              .filter(Objects::nonNull);
    }
  }

  /** The positions of the documents of each owner. Safe for use by many threads. */
  private static final class OwnerIndex extends Index<Object> {

    private final ConcurrentMap<String, ConcurrentMap<Object, Object>> positions =
        new ConcurrentHashMap<>();

    private OwnerIndex() {
      super("annals.owner", List.of(new IndexKey(OWNER, true)), true);
    }

    private static String owner(Document document) {
      return document.get(OWNER) instanceof String owner ? owner : "";
    }

    private static @Nullable String queried(Document query) {
      if (query.get(OWNER) instanceof String owner) {
        return owner;
      }
      return query.get("$and") instanceof Collection<?> parts
          ? parts.stream()
              .map(part -> queried((Document) part))
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null)
          : null;
    }

    private Map<Object, Object> of(String owner) {
      return positions.getOrDefault(owner, new ConcurrentHashMap<>());
    }

    private Stream<Object> positions(Document query) {
      return of(Objects.requireNonNull(queried(query))).values().stream();
    }

    @Override
    public boolean canHandle(Document query) {
      return queried(query) != null;
    }

    @Override
    public Iterable<Object> getPositions(Document query) {
      return positions(query).toList();
    }

    @Override
    public @Nullable Object getPosition(Document document) {
      String owner = owner(document);
      return owner.isEmpty() ? null : of(owner).get(document.get(ID));
    }

    @Override
    public void add(Document document, Object position, MongoCollection<Object> collection) {
      String owner = owner(document);
      if (!owner.isEmpty()) {
        positions
            .computeIfAbsent(owner, first -> new ConcurrentHashMap<>())
            .put(document.get(ID), position);
      }
    }

    @Override
    public @Nullable Object remove(Document document) {
      Object[] removed = new Object[1];
      positions.computeIfPresent(
          owner(document),
          (owner, all) -> {
            removed[0] = all.remove(document.get(ID));
            return all.isEmpty() ? null : all;
          });
      return removed[0];
    }

    @Override
    public void updateInPlace(
        Document before, Document after, Object position, MongoCollection<Object> collection) {
      if (!owner(before).equals(owner(after))) {
        remove(before);
        add(after, position, collection);
      }
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Object> collection) {}

    @Override
    public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {}

    @Override
    public long getCount() {
      return positions.values().stream().mapToLong(Map::size).sum();
    }

    @Override
    public long getDataSize() {
      return 0;
    }

    @Override
    public void drop() {
      positions.clear();
    }
  }
}
