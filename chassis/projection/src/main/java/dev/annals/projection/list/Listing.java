package dev.annals.projection.list;

import static com.mongodb.client.model.Aggregates.limit;
import static com.mongodb.client.model.Aggregates.match;
import static com.mongodb.client.model.Aggregates.project;
import static com.mongodb.client.model.Aggregates.skip;
import static com.mongodb.client.model.Aggregates.sort;
import static com.mongodb.client.model.Projections.include;

import com.mongodb.MongoClientException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.client.FindIterable;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.cursor.TimeoutMode;
import com.mongodb.client.model.Sorts;
import dev.annals.eventstore.heap.HeapSize;
import dev.annals.http.web.ChunkedList;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.BSONException;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.data.mongodb.core.MongoExceptionTranslator;

/**
 * Lists a collection page by page.
 *
 * @param projection the fields to read; null for all
 * @param id returns the id of a document
 * @param scope a part of each filter, such as the owner of the documents; empty for none
 */
public record Listing<D>(
    MongoCollection<D> collection,
    @Nullable Bson projection,
    Function<D, String> id,
    Document scope) {

  /** The size up to which a page is held in memory as a whole. */
  private static final int MAX_IN_MEMORY_BYTES = 1 << 20;

  /** The documents of one read until they turn out to be large. */
  private static final int FIRST_CHUNK = 20;

  /** The documents of one read of large ones, and the bytes of all their forms. */
  private static final int CHUNK = 5;

  private static final long MAX_CHUNK_BYTES = 8 << 20;

  private static final MongoExceptionTranslator TRANSLATOR = new MongoExceptionTranslator();

  /**
   * Returns one page of the documents that match the filter. If they are large together, they are
   * read in chunks while the page is written. Costs one command if the page is short and contains
   * at most {@value #FIRST_CHUNK} documents.
   *
   * @param order a total order
   */
  public Page<D> page(Bson filter, Bson order, Paging paging) {
    return translating(
        () -> {
          // The embedded server's skip is an int.
          List<D> first =
              paging.offset() > Integer.MAX_VALUE ? List.of() : first(filter, order, paging);
          List<String> ids =
              first.size() == FIRST_CHUNK && paging.size() > FIRST_CHUNK
                  ? ids(filter, order, paging)
                  : first.stream().map(id).toList();
          boolean last = ids.size() < paging.size() && (!ids.isEmpty() || paging.page() == 0);
          long total = last ? paging.offset() + ids.size() : collection.countDocuments(filter);
          return Page.of(documents(ids, first), paging, total);
        });
  }

  // Not more: the embedded server would hold all of them until they are read.
  private List<D> first(Bson filter, Bson order, Paging paging) {
    List<Bson> stages = stages(filter, order, paging, Math.min(paging.size(), FIRST_CHUNK));
    if (projection != null) {
      stages.add(project(projection));
    }
    return collection.aggregate(stages).into(new ArrayList<>());
  }

  private List<String> ids(Bson filter, Bson order, Paging paging) {
    List<Bson> stages = stages(filter, order, paging, paging.size());
    stages.add(project(include("_id")));
    return collection
        .withDocumentClass(Document.class)
        .aggregate(stages)
        .map(document -> document.getString("_id"))
        .into(new ArrayList<>());
  }

  // MongoDB plans them like a find, for which the embedded server locks the collection.
  private static List<Bson> stages(Bson filter, Bson order, Paging paging, int limit) {
    return new ArrayList<>(
        List.of(match(filter), sort(order), skip(Math.toIntExact(paging.offset())), limit(limit)));
  }

  private List<D> documents(List<String> ids, List<D> first) {
    Map<String, D> known = new HashMap<>();
    first.forEach(document -> known.put(id.apply(document), document));
    List<D> documents = new ArrayList<>();
    long bytes = 0;
    for (int next = 0; next < ids.size(); next += FIRST_CHUNK) {
      for (D document : read(sublist(ids, next, FIRST_CHUNK), known)) {
        documents.add(document);
        bytes += HeapSize.of(document);
      }
      if (bytes > MAX_IN_MEMORY_BYTES) {
        return new ChunkedList<>(
            ids.size(), CHUNK, MAX_CHUNK_BYTES, chunk -> all(sublist(ids, chunk * CHUNK, CHUNK)));
      }
    }
    return documents;
  }

  private static List<String> sublist(List<String> ids, int from, int count) {
    return ids.subList(from, Math.min(ids.size(), from + count));
  }

  private List<D> all(List<String> ids) {
    List<D> documents = translating(() -> read(ids, Map.of()));
    if (documents.size() < ids.size()) {
      throw new DataAccessResourceFailureException(
          "A part of the page was removed while it was read");
    }
    return documents;
  }

  /** Returns the documents that exist, in the order of the ids. */
  private List<D> read(List<String> ids, Map<String, D> known) {
    Map<String, D> found = new HashMap<>(known);
    List<String> others = ids.stream().filter(it -> !known.containsKey(it)).toList();
    if (!others.isEmpty()) {
      collection
          .find(new Document(scope).append("_id", new Document("$in", others)))
          .projection(projection)
          .batchSize(others.size() + 1)
          .forEach(document -> found.put(id.apply(document), document));
    }
    return ids.stream().map(found::get).filter(Objects::nonNull).toList();
  }

  /** Returns a total order: ties are broken by id, in the direction of the last key. */
  public static BsonDocument total(List<Bson> keys) {
    BsonDocument order = Sorts.orderBy(keys).toBsonDocument();
    BsonValue direction = new BsonInt32(1);
    for (BsonValue key : order.values()) {
      direction = key;
    }
    return order.append("_id", direction);
  }

  /**
   * Finds all documents that match a filter, however long it takes to read them: the time limit
   * applies to each response of the server instead of all together. The server does not know it.
   */
  public static <T> FindIterable<T> all(MongoCollection<T> collection, Bson filter) {
    FindIterable<T> found = collection.find(filter);
    return collection.getTimeout(TimeUnit.MILLISECONDS) == null
        ? found
        : found.timeoutMode(TimeoutMode.ITERATION);
  }

  /** Runs a query, and translates its exceptions: Spring's tell an outage from a fault. */
  public static <T> T translating(Supplier<T> query) {
    try {
      return query.get();
    } catch (BSONException
        | MongoClientException
        | MongoExecutionTimeoutException
        | MongoNodeIsRecoveringException
        | MongoNotPrimaryException failure) {
      // Spring does not know all of them. A response that cannot be read counts as none.
      throw new DataAccessResourceFailureException("The read models cannot be reached", failure);
    } catch (MongoException failure) {
      throw DataAccessUtils.translateIfNecessary(failure, TRANSLATOR);
    }
  }
}
