package dev.annals.projection.write;

import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;
import static java.util.stream.Collectors.toSet;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import dev.annals.projection.write.BatchWrite.FailedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Writes the documents of a model: one for each aggregate of a type, deleted ones too. Each
 * generation has a collection, with the name of its processor.
 *
 * @param model the model's name, also that of its first generation
 * @param guarded whether a write also requires that the stored document is older
 * @param written is told of a generation and of the owners whose documents were written or dropped
 * @param <D> the record of a document
 */
public record DocumentWriter<D extends ModelDocument>(
    String model,
    MongoDatabase database,
    Class<D> type,
    boolean guarded,
    Erased erased,
    BiConsumer<String, Set<String>> written,
    RecentDocuments<D> recent) {

  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

  private static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

  /** The documents of one read, at first and after one larger than LARGE_BYTES. */
  private static final int FIRST_CHUNK = 20;

  private static final int LARGE_BYTES = 16 * 1024;

  /** A bulk write is sent once it exceeds this. */
  private static final int BULK_BYTES = 4 * 1024 * 1024;

  /**
   * The change that one event makes to one document.
   *
   * @param id the document's id
   * @param owner the document's owner; null if the event cannot be read
   * @param sequence the event's sequence number in its aggregate
   * @param step returns the document after the event, given the one before; null for the first
   *     event
   */
  record Change<D extends ModelDocument>(
      String id, @Nullable String owner, long sequence, UnaryOperator<D> step) {}

  /**
   * Remembers the change that the current event makes. It is written with the rest of the batch,
   * before the batch's token is stored.
   *
   * @param step returns the document after the event, given the one before, which it does not
   *     change; null for the aggregate's first event
   * @throws IllegalStateException if no event is being handled
   */
  public void change(UUID id, UUID owner, long sequence, UnaryOperator<D> step) {
    changes().add(new Change<>(id.toString(), owner.toString(), sequence, step));
  }

  /**
   * Remembers that the owner was erased: their documents are deleted with the batch. Later changes
   * to them, from a segment that is behind or from a repeated event, do nothing.
   */
  public void drop(UUID owner) {
    changes().dropped.add(owner.toString());
  }

  /** Remembers that the event was handled without effect. */
  public void skip(DomainEventMessage<?> event) {
    long sequence = event.getSequenceNumber();
    changes()
        .add(
            new Change<>(
                event.getAggregateIdentifier(),
                null,
                sequence,
                document -> type.cast(document.at(sequence))));
  }

  private Changes changes() {
    UnitOfWork<?> batch = CurrentUnitOfWork.get().root();
    return batch.getOrComputeResource(
        model + "/changes", key -> new Changes(Batch.processor(batch.resources()).orElse(model)));
  }

  private final class Changes implements BatchWrite {

    private final String generation;
    private final Map<String, List<Change<D>>> byDocument = new LinkedHashMap<>();
    private final Set<String> dropped = new HashSet<>();

    Changes(String generation) {
      this.generation = generation;
    }

    void add(Change<D> change) {
      byDocument.computeIfAbsent(change.id(), id -> new ArrayList<>()).add(change);
    }

    @Override
    public List<FailedEvent> write(Runnable extendClaim) {
      return DocumentWriter.this.write(generation, byDocument, dropped, extendClaim);
    }
  }

  /**
   * Writes the changes that are new, and deletes the documents of these owners and of all other
   * erased users.
   *
   * @param changes in order for each document
   * @param extendClaim runs between the steps of a long removal
   */
  List<FailedEvent> write(
      String generation,
      Map<String, List<Change<D>>> changes,
      Set<String> dropped,
      Runnable extendClaim) {
    Set<String> gone = new HashSet<>(erased.knownAmongIds(owners(changes.values())));
    Map<String, List<Change<D>>> left = new LinkedHashMap<>(changes);
    left.values().removeIf(steps -> owners(List.of(steps)).stream().anyMatch(gone::contains));
    List<FailedEvent> failed = new ArrayList<>();
    Set<String> owners = new HashSet<>(owners(left.values()));
    if (!left.isEmpty()) {
      owners.addAll(write(generation, left, failed));
    }
    Set<String> leftOut = new HashSet<>(changes.keySet());
    leftOut.removeAll(left.keySet());
    // Another segment may have deleted a user's documents before this one wrote some.
    Set<String> toDelete = new HashSet<>(erased.amongIds(owners));
    // A missing document of an erased user is not the event's fault.
    failed.removeIf(
        it -> owners(List.of(left.get(it.aggregateId()))).stream().anyMatch(toDelete::contains));
    toDelete.addAll(dropped);
    if (!leftOut.isEmpty()) {
      // An earlier attempt may have written them, and ended before its second look.
      collection(generation).deleteMany(ShardKey.of(gone, leftOut));
    }
    if (!toDelete.isEmpty()) {
      Removal.delete(collection(generation), toDelete, extendClaim);
    }
    gone.addAll(toDelete);
    if (!gone.isEmpty()) {
      recent.forget(gone);
      written.accept(generation, gone);
    }
    return failed;
  }

  private Set<String> owners(Collection<List<Change<D>>> changes) {
    return changes.stream()
        .flatMap(List::stream)
        .map(Change::owner)
        .filter(Objects::nonNull)
        .collect(toSet());
  }

  private MongoCollection<D> collection(String generation) {
    return database.getCollection(generation, type);
  }

  /**
   * Writes the changes that are new, some documents at a time: small events may belong to large
   * documents. Returns the owners of the documents that exist now.
   */
  private Set<String> write(
      String generation, Map<String, List<Change<D>>> changes, List<FailedEvent> failed) {
    Set<String> owners = new HashSet<>();
    Bulk bulk = new Bulk(generation);
    List<String> ids = List.copyOf(changes.keySet());
    int count = FIRST_CHUNK;
    for (int end, next = 0; next < ids.size(); next = end) {
      end = Math.min(ids.size(), next + count);
      Map<String, D> stored = before(generation, changes, ids.subList(next, end));
      for (String id : ids.subList(next, end)) {
        D before = stored.get(id);
        D after = folded(before, changes.get(id), failed);
        Stream.of(before, after).filter(Objects::nonNull).forEach(it -> owners.add(it.owner()));
        if (last(after) > last(before)) {
          try {
            bulk.encode(after);
          } catch (RuntimeException failure) {
            failed.add(new FailedEvent(id, last(before) + 1, failure));
          }
          bulk.writeIfLarge();
        }
      }
      // While documents are small, twice as many at a time.
      count = bulk.largest > LARGE_BYTES ? FIRST_CHUNK : 2 * count;
    }
    bulk.write();
    written.accept(generation, owners);
    return owners;
  }

  private Map<String, D> before(
      String generation, Map<String, List<Change<D>>> changes, List<String> ids) {
    Map<String, D> stored = new HashMap<>();
    Map<String, List<Change<D>>> owned = new HashMap<>();
    Set<String> skipped = new HashSet<>();
    for (String id : ids) {
      List<Change<D>> steps = changes.get(id);
      Optional<D> last = recent.before(generation, id, steps.get(0).sequence());
      if (last.isPresent()) {
        stored.put(id, last.get());
      } else if (owners(List.of(steps)).isEmpty()) {
        skipped.add(id);
      } else {
        owned.put(id, steps);
      }
    }
    List<D> found = new ArrayList<>();
    if (!owned.isEmpty()) {
      found.addAll(
          find(generation, ShardKey.of(owners(owned.values()), owned.keySet()), owned.size()));
    }
    if (!skipped.isEmpty()) {
      found.addAll(findOfAnyOwner(generation, skipped));
    }
    found.forEach(document -> stored.put(document.id(), document));
    return stored;
  }

  /** Asks all shards. An administrator skips each of these events, which cannot be read. */
  private List<D> findOfAnyOwner(String generation, Set<String> ids) {
    return find(generation, in("_id", ids), ids.size());
  }

  // Derived fields are computed anew, and may be larger than the rest.
  private List<D> find(String generation, Bson filter, int size) {
    return collection(generation)
        .find(filter)
        .projection(ModelDocument.WITHOUT_DERIVED)
        .batchSize(size + 1)
        .into(new ArrayList<>());
  }

  private D folded(D stored, List<Change<D>> steps, List<FailedEvent> failed) {
    D document = stored;
    for (Change<D> change : steps) {
      long next = last(document) + 1;
      // A skipped event of an aggregate whose document no longer exists.
      boolean skipsNothing = document == null && change.owner() == null;
      if (change.sequence() >= next && !skipsNothing) {
        try {
          if (change.sequence() > next) {
            throw new MissingEventException(model, change.id(), change.sequence());
          }
          document = change.step().apply(document);
        } catch (RuntimeException failure) {
          failed.add(new FailedEvent(change.id(), next, failure));
          break;
        }
      }
    }
    return document;
  }

  private static long last(ModelDocument document) {
    return document == null ? -1 : document.lastSequence();
  }

  /** Documents that are written together, up to a size. */
  private final class Bulk {

    private final String generation;
    private final List<D> documents = new ArrayList<>();
    private final List<ReplaceOneModel<RawBsonDocument>> writes = new ArrayList<>();
    private long bytes;
    private int largest;

    Bulk(String generation) {
      this.generation = generation;
    }

    /** Adds a document. A failure after this is not the document's. */
    void encode(D document) {
      RawBsonDocument encoded =
          new RawBsonDocument(type.cast(document.derived()), database.getCodecRegistry().get(type));
      int size = encoded.getByteLength();
      if (size > MAX_DOCUMENT_BYTES) {
        throw new BsonMaximumSizeExceededException(
            "A document of %d bytes is too large for MongoDB".formatted(size));
      }
      Document target = ShardKey.of(document.owner(), document.id());
      if (guarded) {
        target.append("lastSequence", new Document("$lt", document.lastSequence()));
      }
      documents.add(document);
      writes.add(new ReplaceOneModel<>(target, encoded, UPSERT));
      bytes += size;
      largest = Math.max(largest, size);
    }

    void writeIfLarge() {
      if (bytes > BULK_BYTES) {
        write();
      }
    }

    void write() {
      if (!writes.isEmpty()) {
        replace();
        documents.forEach(document -> recent.put(generation, document));
      }
      documents.clear();
      writes.clear();
      bytes = 0;
    }

    private void replace() {
      try {
        database.getCollection(generation, RawBsonDocument.class).bulkWrite(writes, UNORDERED);
      } catch (MongoBulkWriteException failure) {
        List<BulkWriteError> errors = failure.getWriteErrors();
        if (!guarded
            || failure.getWriteConcernError() != null
            || errors.stream().anyMatch(it -> !isDuplicateKey(it))
            || !areStored(errors.stream().map(it -> documents.get(it.getIndex())).toList())) {
          throw failure;
        }
      }
    }

    private static boolean isDuplicateKey(BulkWriteError error) {
      return ErrorCategory.fromErrorCode(error.getCode()) == ErrorCategory.DUPLICATE_KEY;
    }

    /**
     * Returns true if the documents are stored with at least these versions. A guarded upsert fails
     * with a duplicate key if the stored document is not older, which is fine, but also if another
     * owner of the segment has just inserted an older one, which is not.
     */
    private boolean areStored(List<D> refused) {
      Map<String, Long> versions =
          versions(
              collection(generation),
              ShardKey.of(
                  refused.stream().map(ModelDocument::owner).collect(toSet()),
                  refused.stream().map(ModelDocument::id).toList()),
              refused.size());
      return refused.stream().allMatch(d -> versions.getOrDefault(d.id(), -1L) >= d.lastSequence());
    }
  }

  /**
   * Returns the versions of the documents that match the filter, by id.
   *
   * @param size the number of these documents, at most
   */
  public static Map<String, Long> versions(MongoCollection<?> collection, Bson filter, int size) {
    Map<String, Long> versions = new HashMap<>();
    collection
        .withDocumentClass(Document.class)
        .find(filter)
        .projection(include("lastSequence"))
        .batchSize(size + 1)
        .forEach(d -> versions.put(d.getString("_id"), d.getLong("lastSequence")));
    return versions;
  }
}
