package dev.annals.projection.model;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Projections.exclude;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.orderBy;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.list.Listing;
import dev.annals.projection.write.BatchDeadLetters;
import dev.annals.projection.write.BatchWrite;
import dev.annals.projection.write.Change;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.FailedEvents;
import dev.annals.projection.write.MissingEventException;
import dev.annals.projection.write.ModelDocument;
import dev.annals.projection.write.RecentDocuments;
import dev.annals.projection.write.Removal;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;
import org.axonframework.eventhandling.async.SequentialPerAggregatePolicy;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.bson.BsonMaximumSizeExceededException;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.conversions.Bson;
import org.springframework.dao.DataAccessException;

/**
 * The documents that a projection keeps: one for each aggregate of a type, deleted ones too. Each
 * {@link Generation} has a collection, and one of them is read.
 *
 * @param <D> the record of a document
 */
public final class ReadModel<D extends ModelDocument> implements Model {

  private static final List<String> DERIVED = List.of("titleKey", "words");
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final ReplaceOptions UPSERT = new ReplaceOptions().upsert(true);

  private static final int MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

  /** The documents of one read, at first and after one larger than LARGE_BYTES. */
  private static final int FIRST_CHUNK = 20;

  private static final int LARGE_BYTES = 16 * 1024;

  /** A bulk write is sent once it exceeds this. */
  private static final int BULK_BYTES = 4 * 1024 * 1024;

  private final MongoDatabase database;
  private final String name;
  private final int version;
  private final Class<D> type;
  private final Codec<D> codec;
  private final Generations.Store generations;
  private final List<Bson> indexes;
  private final ModelProperties properties;
  private final Erased erased;
  private final DeadLetters letters;
  private final RecentDocuments<D> recent = new RecentDocuments<>();
  private final ReadYourWrites<Version> writes = new ReadYourWrites<>(this::lacking);
  private volatile Consumer<Set<String>> onWrite = owners -> {};
  private volatile Predicate<String> readable = processor -> true;
  private volatile View view;

  /**
   * The generations at some time.
   *
   * @param at the time, by {@link System#nanoTime()}
   */
  private record View(Generations generations, long at) {}

  /** The minimum version of an aggregate that a reader waits for. */
  private record Version(String id, long version) {}

  /**
   * Opens a read model; sends nothing to the database.
   *
   * @param version of the documents' shape. A generation of a lower version is rebuilt, and read
   *     and written until then: documents of the previous version must stay readable
   * @param indexes the keys of the indexes that its queries need
   * @param erased tells which users must not have documents here
   */
  public ReadModel(
      MongoDatabase database,
      String name,
      int version,
      Class<D> type,
      List<Bson> indexes,
      ModelProperties properties,
      Erased erased) {
    this.database = database;
    this.name = name;
    this.version = version;
    this.type = type;
    this.codec = database.getCodecRegistry().get(type);
    this.generations = Generations.Store.in(database);
    this.indexes = List.copyOf(indexes);
    this.properties = properties;
    this.erased = erased;
    this.letters = new DeadLetters(database);
  }

  /**
   * Sets the listener that is told, once readers can see it, of the owners whose documents a batch
   * wrote or dropped; at least once. It is not told of a rebuild.
   *
   * @param told returns soon
   * @return this
   */
  public ReadModel<D> onWrite(Consumer<Set<String>> told) {
    onWrite = told;
    return this;
  }

  @Override
  public void allowReadsIf(Predicate<String> condition) {
    readable = condition;
  }

  @Override
  public String name() {
    return name;
  }

  /** Returns the version of the documents' shape that this program writes. */
  public int version() {
    return version;
  }

  @Override
  public String generation() {
    return Listing.translating(() -> read(view()));
  }

  private String read(View seen) {
    return seen.generations().name(seen.generations().readBy(version));
  }

  private String readable(View seen) {
    String generation = read(seen);
    if (!readable.test(generation)) {
      throw ReadYourWrites.beingRestored();
    }
    return generation;
  }

  private View view() {
    View seen = view;
    if (seen != null && isTrusted(seen)) {
      return seen;
    }
    lookUp();
    return view;
  }

  private boolean isTrusted(View seen) {
    return System.nanoTime() - seen.at() < properties.trust().toNanos();
  }

  /** Looks up the generations, for all readers here. */
  public Generations lookUp() {
    long began = System.nanoTime();
    Generations now = generations.findOrCreate(name, version);
    replaceView(new View(now, began));
    return now;
  }

  // A lookup that began before the current one and took longer is ignored.
  private synchronized void replaceView(View another) {
    if (view == null || another.at() > view.at()) {
      view = another;
    }
  }

  /** Queries the generation to read. Queries again if it may have been dropped meanwhile. */
  private <T> T ask(Function<MongoCollection<D>, T> query) {
    return Listing.translating(
        () -> {
          while (true) {
            View before = view();
            String generation = readable(before);
            T answer =
                query.apply(
                    collection(generation)
                        .withTimeout(ModelConfiguration.QUERY_TIMEOUT_SECONDS, TimeUnit.SECONDS));
            if (isTrusted(before) || read(view()).equals(generation)) {
              return answer;
            }
          }
        });
  }

  private MongoCollection<D> collection(String generation) {
    return database.getCollection(generation, type);
  }

  public void drop(String generation) {
    if (database.listCollectionNames().into(new ArrayList<>()).contains(generation)) {
      collection(generation).drop();
    }
  }

  @Override
  public SequencingPolicy<? super EventMessage<?>> sequencing() {
    return SequentialPerAggregatePolicy.instance();
  }

  /**
   * Returns the document of an aggregate, deleted or not. As in lists, fields that exist only for
   * search and sorting are null.
   *
   * @throws DataAccessException if the database does not answer
   */
  public Optional<D> find(UUID id) {
    return ask(
        collection ->
            Optional.ofNullable(
                collection.find(eq("_id", id.toString())).projection(exclude(DERIVED)).first()));
  }

  /**
   * Completes when the model has at least the given version of each aggregate, whichever process
   * writes it, see {@link ReadYourWrites#shown}.
   *
   * @throws Refusal {@code read-model-behind}, with or without versions, while the model is rebuilt
   *     after the event store was restored to an earlier state
   */
  public CompletableFuture<Void> shown(Map<UUID, Long> versions) {
    Listing.translating(() -> readable(view()));
    return writes.shown(
        versions.entrySet().stream()
            .map(it -> new Version(it.getKey().toString(), it.getValue()))
            .collect(Collectors.toSet()));
  }

  /** A generation that will be read soon counts, too: the same client may read it next. */
  private Set<Version> lacking(Set<Version> wanted) {
    return Listing.translating(
        () -> {
          Generations now = view().generations();
          return Stream.concat(
                  Stream.of(now.readBy(version)),
                  now.build().filter(it -> it.state() == Generation.State.READY).stream())
              .flatMap(generation -> lacking(now.name(generation), wanted).stream())
              .collect(Collectors.toSet());
        });
  }

  private Set<Version> lacking(String generation, Set<Version> wanted) {
    Map<String, Long> versions =
        versions(collection(generation), wanted.stream().map(Version::id).distinct().toList());
    Map<Version, String> behind =
        wanted.stream()
            .filter(it -> versions.getOrDefault(it.id(), -1L) < it.version())
            .collect(Collectors.toMap(it -> it, Version::id));
    if (!behind.isEmpty()) {
      behind.values().removeAll(letters.abandoned(generation, Set.copyOf(behind.values())));
    }
    return behind.keySet();
  }

  /**
   * Returns one page of the documents that match the filter.
   *
   * @param sort the order, with ties broken by id
   * @throws DataAccessException if the database does not answer
   */
  public Page<D> page(Bson filter, List<Bson> sort, Paging paging) {
    return ask(
        collection ->
            new Listing<>(collection, exclude(DERIVED))
                .pageOfLarge(
                    filter, orderBy(orderBy(sort), ascending("_id")), paging, ModelDocument::id));
  }

  /**
   * Notes the change that the current event makes. It is written with the rest of the batch, before
   * the batch's token is stored.
   *
   * @param step returns the document after the event, given the one before, which it does not
   *     change; null for the aggregate's first event
   * @throws IllegalStateException if no event is being handled
   */
  public void change(UUID id, UUID owner, long sequence, UnaryOperator<D> step) {
    changes().add(new Change<>(id.toString(), owner, sequence, step));
  }

  /**
   * Notes that the owner was erased: their documents are deleted with the batch. Later changes to
   * them, from a segment that is behind or from a repeated event, do nothing.
   */
  public void drop(UUID owner) {
    changes().dropped.add(owner);
  }

  private Changes changes() {
    UnitOfWork<?> batch = CurrentUnitOfWork.get().root();
    return batch.getOrComputeResource(
        name + "/changes",
        key -> new Changes(BatchDeadLetters.processor(batch.resources()).orElse(name)));
  }

  private final class Changes implements BatchWrite {

    private final String generation;
    private final Map<String, List<Change<D>>> byDocument = new LinkedHashMap<>();
    private final Set<UUID> dropped = new HashSet<>();

    Changes(String generation) {
      this.generation = generation;
    }

    void add(Change<D> change) {
      byDocument.computeIfAbsent(change.id(), id -> new ArrayList<>()).add(change);
    }

    @Override
    public void write(FailedEvents poison, Runnable extendClaim) {
      ReadModel.this.write(generation, byDocument, dropped, poison, extendClaim);
    }
  }

  /** Returns false for the first event: without it there is no document. */
  @Override
  public boolean canSkip(DomainEventMessage<?> event) {
    return event.getSequenceNumber() > 0;
  }

  @Override
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

  @Override
  public void createIndexes() {
    createIndexes(read(view()));
  }

  public void createIndexes(String generation) {
    MongoCollection<D> patient = collection(generation).withTimeout(0, TimeUnit.SECONDS);
    indexes.forEach(patient::createIndex);
  }

  /**
   * Writes the changes that are new, and deletes the documents of these owners and of all other
   * erased users.
   *
   * @param changes in order for each document
   * @param extendClaim runs between the steps of a long removal
   */
  public void write(
      String generation,
      Map<String, List<Change<D>>> changes,
      Set<UUID> dropped,
      FailedEvents poison,
      Runnable extendClaim) {
    Set<UUID> erasedBefore = erased.among(owners(changes));
    Map<String, List<Change<D>>> left = new LinkedHashMap<>(changes);
    left.values().removeIf(steps -> owners(steps).anyMatch(erasedBefore::contains));
    Set<UUID> written = new HashSet<>(owners(left));
    FailedEvents.Deferred deferred = new FailedEvents.Deferred();
    if (!left.isEmpty()) {
      written.addAll(write(generation, left, deferred));
    }
    // Another segment may have deleted a user's documents before this one wrote some.
    Set<UUID> gone = erased.among(written);
    Set<String> leftOut = new HashSet<>(changes.keySet());
    leftOut.removeAll(left.keySet());
    if (!leftOut.isEmpty()) {
      // An earlier attempt may have written them, and ended before its second look.
      collection(generation).deleteMany(in("_id", leftOut));
    }
    Set<String> owners = strings(gone, dropped);
    if (!owners.isEmpty()) {
      Removal.delete(collection(generation), in("owner", owners), extendClaim);
    }
    Set<String> all = strings(erasedBefore, gone, dropped);
    if (!all.isEmpty()) {
      recent.forget(all);
      notifyReaders(generation, all);
    }
    deferred.report(poison, id -> owners(left.get(id)).anyMatch(gone::contains));
  }

  @SafeVarargs
  private static Set<String> strings(Set<UUID>... users) {
    return Stream.of(users).flatMap(Set::stream).map(UUID::toString).collect(Collectors.toSet());
  }

  private Set<UUID> owners(Map<String, List<Change<D>>> changes) {
    return changes.values().stream().flatMap(this::owners).collect(Collectors.toSet());
  }

  private Stream<UUID> owners(List<Change<D>> steps) {
    return steps.stream().map(Change::owner).filter(Objects::nonNull);
  }

  private void notifyReaders(String generation, Set<String> owners) {
    if (!view().generations().isBuilding(generation)) {
      writes.signalWrite();
      onWrite.accept(owners);
    }
  }

  /**
   * Writes the changes that are new, some documents at a time: small events may belong to large
   * documents. Returns the owners of the documents that exist now.
   */
  private Set<UUID> write(
      String generation, Map<String, List<Change<D>>> changes, FailedEvents poison) {
    Set<String> owners = new HashSet<>();
    Bulk bulk = new Bulk(generation);
    List<String> ids = List.copyOf(changes.keySet());
    int count = FIRST_CHUNK;
    for (int end, next = 0; next < ids.size(); next = end) {
      end = Math.min(ids.size(), next + count);
      Map<String, D> stored = before(generation, changes, ids.subList(next, end));
      stored.values().forEach(document -> owners.add(document.owner()));
      for (String id : ids.subList(next, end)) {
        fold(stored.get(id), changes.get(id), poison)
            .ifPresent(
                encoded -> {
                  owners.add(encoded.document().owner());
                  bulk.add(encoded);
                });
      }
      // While documents are small, twice as many at a time.
      count = bulk.largest > LARGE_BYTES ? FIRST_CHUNK : 2 * count;
    }
    bulk.write();
    notifyReaders(generation, owners);
    return owners.stream().map(UUID::fromString).collect(Collectors.toSet());
  }

  private record Encoded<D>(D document, RawBsonDocument bytes) {}

  /**
   * Applies the changes to a document. Returns empty if none is new, or the result cannot be
   * stored.
   */
  private Optional<Encoded<D>> fold(D before, List<Change<D>> steps, FailedEvents poison) {
    D after = folded(before, steps, poison);
    if (last(after) > last(before)) {
      try {
        return Optional.of(new Encoded<>(after, encoded(after)));
      } catch (RuntimeException failure) {
        poison.add(after.id(), last(before) + 1, failure);
      }
    }
    return Optional.empty();
  }

  /** Documents that are written together, up to a size. */
  private final class Bulk {

    private final String generation;
    private final List<D> made = new ArrayList<>();
    private final List<RawBsonDocument> news = new ArrayList<>();
    private long bytes;
    private int largest;

    Bulk(String generation) {
      this.generation = generation;
    }

    void add(Encoded<D> encoded) {
      int size = encoded.bytes().getByteLength();
      made.add(encoded.document());
      news.add(encoded.bytes());
      bytes += size;
      largest = Math.max(largest, size);
      if (bytes > BULK_BYTES) {
        write();
      }
    }

    void write() {
      if (!news.isEmpty()) {
        replace(collection(generation).withDocumentClass(RawBsonDocument.class), made, news);
        made.forEach(document -> recent.put(generation, document));
      }
      made.clear();
      news.clear();
      bytes = 0;
    }
  }

  /** Encodes a document: a failure after this is not the document's. */
  private RawBsonDocument encoded(D document) {
    RawBsonDocument bytes = new RawBsonDocument(type.cast(document.derived()), codec);
    if (bytes.getByteLength() > MAX_DOCUMENT_BYTES) {
      throw new BsonMaximumSizeExceededException(
          "A document of %d bytes is too large for MongoDB".formatted(bytes.getByteLength()));
    }
    return bytes;
  }

  private Map<String, D> before(
      String generation, Map<String, List<Change<D>>> changes, List<String> ids) {
    Map<String, D> stored = new HashMap<>();
    ids.forEach(
        id ->
            recent
                .before(generation, id, changes.get(id).get(0).sequence())
                .ifPresent(document -> stored.put(id, document)));
    Set<String> others = new HashSet<>(ids);
    others.removeAll(stored.keySet());
    if (!others.isEmpty()) {
      // Derived fields are computed anew, and may be larger than the rest.
      collection(generation)
          .find(in("_id", others))
          .projection(exclude(DERIVED))
          .forEach(document -> stored.put(document.id(), document));
    }
    return stored;
  }

  private D folded(D stored, List<Change<D>> steps, FailedEvents poison) {
    D document = stored;
    for (Change<D> change : steps) {
      long last = last(document);
      // A skipped event of an aggregate whose document no longer exists.
      boolean skipsNothing = document == null && change.owner() == null;
      if (change.sequence() > last && !skipsNothing) {
        try {
          document = next(document, change);
        } catch (RuntimeException failure) {
          poison.add(change.id(), last + 1, failure);
          break;
        }
      }
    }
    return document;
  }

  private D next(D document, Change<D> change) {
    long last = last(document);
    if (change.sequence() != last + 1) {
      throw new MissingEventException(name(), change.id(), last, change.sequence());
    }
    return change.step().apply(document);
  }

  private void replace(
      MongoCollection<RawBsonDocument> collection, List<D> documents, List<RawBsonDocument> bytes) {
    List<ReplaceOneModel<RawBsonDocument>> writes = new ArrayList<>();
    for (int i = 0; i < bytes.size(); i++) {
      writes.add(new ReplaceOneModel<>(target(documents.get(i)), bytes.get(i), UPSERT));
    }
    try {
      collection.bulkWrite(writes, UNORDERED);
    } catch (MongoBulkWriteException failure) {
      if (!properties.guarded() || failure.getWriteConcernError() != null) {
        throw failure;
      }
      List<D> refused = new ArrayList<>();
      for (BulkWriteError error : failure.getWriteErrors()) {
        if (ErrorCategory.fromErrorCode(error.getCode()) != ErrorCategory.DUPLICATE_KEY) {
          throw failure;
        }
        refused.add(documents.get(error.getIndex()));
      }
      if (!storedAtLeast(collection, refused)) {
        throw failure;
      }
    }
  }

  private Bson target(D document) {
    Bson byId = eq("_id", document.id());
    return properties.guarded() ? and(byId, lt("lastSequence", document.lastSequence())) : byId;
  }

  /**
   * Returns true if the documents are stored with at least these versions. A guarded upsert fails
   * with a duplicate key if the stored document is not older, which is fine, but also if another
   * owner of the segment has just inserted an older one, which is not.
   */
  private boolean storedAtLeast(MongoCollection<?> collection, List<D> documents) {
    Map<String, Long> versions =
        versions(collection, documents.stream().map(ModelDocument::id).toList());
    return documents.stream().allMatch(d -> versions.getOrDefault(d.id(), -1L) >= d.lastSequence());
  }

  private static Map<String, Long> versions(MongoCollection<?> collection, Collection<String> ids) {
    Map<String, Long> versions = new HashMap<>();
    collection
        .withDocumentClass(Document.class)
        .find(in("_id", ids))
        .projection(include("lastSequence"))
        .forEach(d -> versions.put(d.getString("_id"), d.getLong("lastSequence")));
    return versions;
  }

  private static long last(ModelDocument document) {
    return document == null ? -1 : document.lastSequence();
  }
}
