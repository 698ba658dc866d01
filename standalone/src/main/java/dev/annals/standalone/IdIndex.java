package dev.annals.standalone;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * The index of a collection's ids. Documents are stored by id, so it stores nothing. The library's
 * own one stores each id once more, and serializes it for each comparison.
 */
final class IdIndex extends AbstractUniqueIndex<Object> {

  private final MVMap<Object, Document> documents;

  IdIndex(String name, List<IndexKey> keys, MVMap<Object, Document> documents) {
    super(name, keys, false);
    this.documents = documents;
  }

  @Override
  public void add(Document document, Object id, MongoCollection<Object> collection) {}

  @Override
  protected boolean putKeyPosition(KeyValue key, Object id) {
    return true;
  }

  /** Returns the id; the collection removes the document. */
  @Override
  protected @Nullable Object removeDocument(KeyValue key) {
    return getPosition(key);
  }

  @Override
  protected @Nullable Object getPosition(KeyValue key) {
    Object id = key.get(0);
    if (id instanceof String || id instanceof ObjectId) {
      return documents.containsKey(id) ? id : null;
    }
    // Equal numbers may have different types.
    for (Iterator<Object> all = documents.keyIterator(null); all.hasNext(); ) {
      Object stored = all.next();
      if (ValueComparator.asc().compare(stored, id) == 0) {
        return stored;
      }
    }
    return null;
  }

  @Override
  protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
    return documents.keySet().stream()
        .<Map.Entry<KeyValue, Object>>map(id -> Map.entry(new KeyValue(id), id))
        .toList();
  }

  @Override
  public long getCount() {
    return documents.sizeAsLong();
  }

  @Override
  public long getDataSize() {
    return 0;
  }
}
