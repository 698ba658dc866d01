package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;

/** A backend whose collections index the owners of documents, see {@link IndexedCollection}. */
class OwnerIndexedBackend extends H2Backend {

  OwnerIndexedBackend(String file) {
    super(file);
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
        // The names of the maps are the library's.
        getMvStore().openMap("databases." + map),
        getMvStore().openMap("meta." + map),
        getCursorRegistry());
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
