package dev.annals.query.model;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Projections.exclude;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.orderBy;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.bson.conversions.Bson;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.data.mongodb.core.MongoExceptionTranslator;

/**
 * A collection of documents that a projection keeps: one for each aggregate of a kind, deleted ones
 * too.
 *
 * @param <D> the record that a document is read into and written from
 */
public final class ReadModel<D extends ModelDocument> {

  private static final List<String> DERIVED = List.of("titleKey", "words");
  private static final MongoExceptionTranslator TRANSLATOR = new MongoExceptionTranslator();
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

  private final MongoCollection<D> collection;
  private final List<Bson> indexes;
  private final boolean guarded;

  /**
   * Opens a read model; nothing is sent to the database.
   *
   * @param indexes the keys of the indexes that its queries need
   * @param guarded see {@link ModelProperties#guarded()}
   */
  public ReadModel(
      MongoDatabase database, String name, Class<D> type, List<Bson> indexes, boolean guarded) {
    this.collection =
        database
            .getCollection(name, type)
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
    this.indexes = List.copyOf(indexes);
    this.guarded = guarded;
  }

  /** The collection's name. */
  public String name() {
    return collection.getNamespace().getCollectionName();
  }

  /** The keys of the indexes that its queries need. */
  public List<Bson> indexes() {
    return indexes;
  }

  /**
   * The document of an aggregate, be it deleted or not. As in lists, what is only there to be
   * searched or sorted by is null.
   *
   * @throws DataAccessException when the database does not answer
   */
  public Optional<D> find(UUID id) {
    return translating(
        () ->
            Optional.ofNullable(
                collection.find(eq("_id", id.toString())).projection(exclude(DERIVED)).first()));
  }

  /**
   * One page of the documents that the filter takes.
   *
   * @param sort by which fields; ties are broken by id
   * @throws DataAccessException when the database does not answer
   */
  public Page<D> page(Bson filter, List<Bson> sort, Paging paging) {
    return translating(
        () -> {
          long total = collection.countDocuments(filter);
          return Page.of(content(filter, sort, paging, total), paging, total);
        });
  }

  // Past the end MongoDB would walk through all that it skips, and its skip is an int.
  private List<D> content(Bson filter, List<Bson> sort, Paging paging, long total) {
    return paging.offset() >= total
        ? List.of()
        : collection
            .find(filter)
            .projection(exclude(DERIVED))
            .sort(orderBy(orderBy(sort), ascending("_id")))
            .skip(Math.toIntExact(paging.offset()))
            .limit(paging.size())
            .into(new ArrayList<>());
  }

  // A database that does not answer is told apart from a fault by Spring's exceptions.
  private static <T> T translating(Supplier<T> query) {
    try {
      return query.get();
    } catch (MongoException failure) {
      throw DataAccessUtils.translateIfNecessary(failure, TRANSLATOR);
    }
  }

  /**
   * Notes what the event that is being handled changes. It is written with the rest of the batch,
   * before the batch's token is stored.
   *
   * @param step makes the document as it is after the event from the one before, without changing
   *     that; gets null for the aggregate's first event
   * @throws IllegalStateException when no event is being handled
   */
  public void change(UUID id, long sequence, UnaryOperator<D> step) {
    CurrentUnitOfWork.get()
        .root()
        .getOrComputeResource(name() + "/changes", key -> new Changes<>(this))
        .add(new Change<>(id.toString(), sequence, step));
  }

  /** Returns when all indexes are there, however long their building takes. */
  void createIndexes() {
    MongoCollection<D> patient = collection.withTimeout(0, TimeUnit.SECONDS);
    indexes.forEach(patient::createIndex);
  }

  /** Writes what is new in the changes, which are in order for each document. */
  void write(Map<String, List<Change<D>>> changes) {
    Map<String, D> stored = new HashMap<>();
    collection.find(in("_id", changes.keySet())).forEach(d -> stored.put(d.id(), d));
    List<D> news = new ArrayList<>();
    changes.forEach(
        (id, steps) -> {
          D before = stored.get(id);
          D after = fold(before, steps);
          if (last(after) > last(before)) {
            news.add(after);
          }
        });
    if (!news.isEmpty()) {
      replace(news);
    }
  }

  private D fold(D stored, List<Change<D>> steps) {
    D document = stored;
    for (Change<D> change : steps) {
      long last = last(document);
      if (change.sequence() <= last) {
        continue;
      }
      if (change.sequence() != last + 1) {
        throw new MissingEventException(name(), change.id(), last, change.sequence());
      }
      document = change.step().apply(document);
    }
    return document;
  }

  private void replace(List<D> documents) {
    List<ReplaceOneModel<D>> writes =
        documents.stream().map(d -> new ReplaceOneModel<>(target(d), d, UPSERT)).toList();
    try {
      collection.bulkWrite(writes, UNORDERED);
    } catch (MongoBulkWriteException failure) {
      if (!guarded || failure.getWriteConcernError() != null) {
        throw failure;
      }
      List<D> refused = new ArrayList<>();
      for (BulkWriteError error : failure.getWriteErrors()) {
        if (ErrorCategory.fromErrorCode(error.getCode()) != ErrorCategory.DUPLICATE_KEY) {
          throw failure;
        }
        refused.add(documents.get(error.getIndex()));
      }
      if (!storedAtLeast(refused)) {
        throw failure;
      }
    }
  }

  private Bson target(D document) {
    Bson byId = eq("_id", document.id());
    return guarded ? and(byId, lt("lastSequence", document.lastSequence())) : byId;
  }

  /**
   * A guarded upsert meets a duplicate key when the document is not older, which is fine, but also
   * when another owner of the segment inserted an older one just then, which is not.
   */
  private boolean storedAtLeast(List<D> documents) {
    Map<String, Long> sequences = new HashMap<>();
    collection
        .find(in("_id", documents.stream().map(ModelDocument::id).toList()))
        .forEach(d -> sequences.put(d.id(), d.lastSequence()));
    return documents.stream()
        .allMatch(d -> sequences.getOrDefault(d.id(), -1L) >= d.lastSequence());
  }

  private static long last(ModelDocument document) {
    return document == null ? -1 : document.lastSequence();
  }
}
