package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
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

    /** The positions of the documents of each owner, by id. */
    private final ConcurrentMap<String, ConcurrentMap<Object, Object>> owners =
        new ConcurrentHashMap<>();

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
      streamAllDocumentsWithPosition()
          .forEach(stored -> add(stored.getDocument(), stored.getPosition()));
    }

    @Override
    public Stream<Document> queryAllAsStream() {
      List<Object> positions = positions(MATCH.get());
      return positions == null
          ? super.queryAllAsStream()
          : positions.stream().map(this::getDocument).filter(Objects::nonNull);
    }

    @Override
    protected QueryResult queryDocuments(
        Document query, Document order, int skip, int limit, int batchSize, Document fields) {
      // The library's own index, that of ids, finds fewer documents.
      boolean isIndexed = getIndexes().stream().anyMatch(index -> index.canHandle(query));
      List<Object> positions = isIndexed ? null : positions(query);
      return positions == null
          ? super.queryDocuments(query, order, skip, limit, batchSize, fields)
          : matchDocuments(query, positions, order, skip, limit, batchSize, fields);
    }

    /** Returns the positions of the owner that a filter names, or null if it names none. */
    private @Nullable List<Object> positions(Document query) {
      String owner = queried(query);
      return owner == null
          ? null
          : List.copyOf(owners.getOrDefault(owner, new ConcurrentHashMap<>()).values());
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

    @Override
    protected Object addDocumentInternal(Document document) {
      Object position = super.addDocumentInternal(document);
      add(document, position);
      return position;
    }

    @Override
    protected void removeDocument(Object position) {
      remove(getDocument(position));
      super.removeDocument(position);
    }

    @Override
    protected void handleUpdate(Object position, Document before, Document after) {
      super.handleUpdate(position, before, after);
      if (!Objects.equals(before.get(OWNER), after.get(OWNER))) {
        remove(before);
        add(after, position);
      }
    }

    private void add(Document document, Object position) {
      if (document.get(OWNER) instanceof String owner) {
        owners
            .computeIfAbsent(owner, first -> new ConcurrentHashMap<>())
            .put(document.get(ID), position);
      }
    }

    private void remove(Document document) {
      if (document.get(OWNER) instanceof String owner) {
        owners.computeIfPresent(
            owner,
            (same, positions) -> {
              positions.remove(document.get(ID));
              return positions.isEmpty() ? null : positions;
            });
      }
    }
  }
}
