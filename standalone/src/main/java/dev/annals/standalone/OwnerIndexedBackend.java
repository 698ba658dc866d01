package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * A backend whose collections index the owners of documents, see {@link IndexedCollection}, and
 * store documents as BSON, by id.
 */
class OwnerIndexedBackend extends H2Backend {

  /** A commit writes each page that has changed, and a new document changes any of them. */
  private static final int PAGE_BYTES = 4 * 1024;

  OwnerIndexedBackend(String file) {
    super(new MVStore.Builder().fileName(file).pageSplitSize(PAGE_BYTES).open());
  }

  @Override
  protected MongoDatabase openOrCreateDatabase(String name) {
    return new IndexedDatabase(name);
  }

  /** Opens a collection. The super constructor calls it, too. */
  IndexedCollection open(H2Database database, String name, CollectionOptions options, String map) {
    return new IndexedCollection(
        database,
        name,
        options,
        documents(map),
        // The names of the maps are the library's.
        getMvStore().openMap("meta." + map),
        getCursorRegistry());
  }

  MVMap<Object, Document> documents(String map) {
    return getMvStore()
        .openMap(
            "databases." + map,
            new MVMap.Builder<Object, Document>().valueType(new DocumentType()));
  }

  // The super constructors open what is stored: only the outer instance is there by then.
  private final class IndexedDatabase extends H2Database {

    private IndexedDatabase(String name) {
      super(name, getMvStore(), getCursorRegistry());
    }

    @Override
    protected MongoCollection<Object> openOrCreateCollection(
        String name, CollectionOptions options) {
      return open(this, name, options, getFullCollectionNamespace(name));
    }

    @Override
    protected Index<Object> openOrCreateUniqueIndex(
        String collection, String index, List<IndexKey> keys, boolean sparse) {
      if (keys.size() > 1 || !keys.get(0).getKey().equals("_id")) {
        return super.openOrCreateUniqueIndex(collection, index, keys, sparse);
      }
      String map = getFullCollectionNamespace(collection);
      String earlier = map + "._index_" + index;
      // The library's own index is there if an earlier version made the file.
      if (getMvStore().hasMap(earlier)) {
        // By its name alone, it would be opened with keys that cannot be compared, and the store's
        // own thread, which rewrites pages meanwhile, would fail.
        getMvStore().removeMap(getMvStore().openMap(earlier));
      }
      return new IdIndex(index, keys, documents(map));
    }

    @Override
    public Document handleCommand(
        Channel channel, String command, Document query, DatabaseResolver databases, Oplog oplog) {
      return command.equalsIgnoreCase("aggregate")
              && query.get(command) instanceof String name
              && resolveCollection(name, false) instanceof IndexedCollection collection
          ? collection.aggregate(
              query, it -> super.handleCommand(channel, command, it, databases, oplog))
          : super.handleCommand(channel, command, query, databases, oplog);
    }
  }
}
