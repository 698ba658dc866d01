package dev.annals.projection.model;

import static com.mongodb.client.model.Filters.in;
import static dev.annals.projection.write.ModelDocument.WITHOUT_DERIVED;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexModel;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.list.Listing;
import dev.annals.projection.write.DocumentWriter;
import dev.annals.projection.write.ModelDocument;
import dev.annals.projection.write.RecentDocuments;
import dev.annals.projection.write.ShardKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.async.SequencingPolicy;
import org.axonframework.eventhandling.async.SequentialPerAggregatePolicy;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.springframework.dao.DataAccessException;

/**
 * Reads the documents that a projection keeps. Each {@link Generation} has a collection, and one of
 * them is read.
 *
 * @param <D> the record of a document
 */
public final class ReadModel<D extends ModelDocument> implements Model {

  /** Begins the name of each index of a list. Others may be an operator's. */
  private static final String OF_LISTS = "owner_1_deleted_1_";

  private final ModelServices services;
  private final String name;
  private final int version;
  private final Class<D> type;
  private final List<Bson> indexes;
  private final ServingGeneration serving;
  private final DocumentWriter<D> writer;
  private final ReadYourWrites<Version> writes =
      new ReadYourWrites<>(this::lacking, this::unwritten, this::lackingOfAnyOwner);
  private volatile Consumer<Set<String>> onWrite = owners -> {};

  /**
   * The minimum version of an aggregate that a reader waits for.
   *
   * @param reader the user, who is the aggregate's owner unless the token is another user's
   */
  private record Version(String reader, String id, long version) {}

  /**
   * Opens a read model; sends nothing to the database.
   *
   * @param version of the documents' shape. A generation of a lower version is rebuilt, and read
   *     and written until then: documents of the previous version must stay readable
   * @param indexes the keys of the indexes that its queries need
   */
  public ReadModel(
      ModelServices services, String name, int version, Class<D> type, List<Bson> indexes) {
    this.services = services;
    this.name = name;
    this.version = version;
    this.type = type;
    this.indexes = List.copyOf(indexes);
    this.serving = new ServingGeneration(services, name, version);
    this.writer =
        new DocumentWriter<>(
            name,
            services.database(),
            type,
            services.properties().guarded(),
            services.erased(),
            this::notifyReaders,
            new RecentDocuments<>());
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

  private void notifyReaders(String generation, Set<String> owners) {
    if (!serving.isBuilding(generation)) {
      writes.signalWrite();
      onWrite.accept(owners);
    }
  }

  /** Returns the writer of the documents, for the event handlers of the model's projection. */
  public DocumentWriter<D> writer() {
    return writer;
  }

  @Override
  public String name() {
    return name;
  }

  /** Returns the version of the documents' shape that this program writes. */
  public int version() {
    return version;
  }

  /** Returns the generation that this program reads. */
  public ServingGeneration serving() {
    return serving;
  }

  @Override
  public String generation() {
    return serving.name();
  }

  private <T> T query(Function<MongoCollection<D>, T> query) {
    return serving.query(
        generation ->
            query.apply(
                collection(generation)
                    .withTimeout(ModelConfiguration.QUERY_TIMEOUT_SECONDS, TimeUnit.SECONDS)));
  }

  private MongoCollection<D> collection(String generation) {
    return services.database().getCollection(generation, type);
  }

  /** Drops the documents of a generation. */
  public void drop(String generation) {
    if (services.database().listCollectionNames().into(new ArrayList<>()).contains(generation)) {
      collection(generation).drop();
    }
  }

  @Override
  public SequencingPolicy<? super EventMessage<?>> sequencing() {
    return SequentialPerAggregatePolicy.instance();
  }

  /**
   * Returns the owner's document of an aggregate, deleted or not. As in lists, fields that exist
   * only for search and sorting are null.
   *
   * @throws DataAccessException if the database does not answer
   */
  public Optional<D> find(UUID owner, UUID id) {
    return query(
        collection ->
            Optional.ofNullable(
                collection
                    .find(ShardKey.of(owner.toString(), id.toString()))
                    .projection(WITHOUT_DERIVED)
                    .first()));
  }

  /**
   * Returns the owner's documents of these aggregates that exist, by id, as {@link #find(UUID,
   * UUID)} does.
   *
   * @throws DataAccessException if the database does not answer
   */
  public Map<String, D> find(UUID owner, Collection<String> ids) {
    return query(
        collection ->
            collection
                .find(ShardKey.of(owner.toString(), ids))
                .projection(WITHOUT_DERIVED)
                .batchSize(ids.size() + 1)
                .into(new ArrayList<>())
                .stream()
                .collect(toMap(ModelDocument::id, it -> it)));
  }

  /** Returns the letter of an aggregate, whose events it holds back or the model skips. */
  public Optional<DeadLetter> letter(String aggregate) {
    return serving.query(
        generation ->
            Optional.ofNullable(
                services.letters().of(generation, Set.of(aggregate)).get(aggregate)));
  }

  /**
   * Completes when the model has at least the given version of each aggregate, whichever process
   * writes it, see {@link ReadYourWrites#shown}. The aggregates may be another user's.
   *
   * @throws Refusal {@code read-model-behind}, with or without versions, while the model is rebuilt
   *     after the event store was restored to an earlier state
   */
  public CompletableFuture<Void> shown(UUID reader, Map<UUID, Long> versions) {
    serving.query(generation -> generation);
    return writes.shown(
        versions.entrySet().stream()
            .map(it -> new Version(reader.toString(), it.getKey().toString(), it.getValue()))
            .collect(toSet()));
  }

  /** Returns those that the readers' own documents lack. */
  private Set<Version> lacking(Set<Version> wanted) {
    return lacking(
        wanted,
        (generation, unwritten) ->
            behind(
                generation,
                unwritten,
                ShardKey.of(
                    unwritten.stream().map(Version::reader).collect(toSet()), ids(unwritten))));
  }

  /** Asks all shards, and leaves out aggregates that the model skips. */
  private Set<Version> lackingOfAnyOwner(Set<Version> wanted) {
    return lacking(
        wanted,
        (generation, unwritten) -> {
          Set<Version> behind = behind(generation, unwritten, in("_id", ids(unwritten)));
          Set<String> abandoned =
              behind.isEmpty() ? Set.of() : services.letters().abandoned(generation, ids(behind));
          behind.removeIf(it -> abandoned.contains(it.id()));
          return behind;
        });
  }

  private Set<Version> lacking(
      Set<Version> wanted, BiFunction<String, Set<Version>, Set<Version>> look) {
    return Listing.translating(
        () -> {
          Set<Version> unwritten = unwritten(wanted);
          return unwritten.isEmpty()
              ? unwritten
              : serving.namesNowAndSoon().stream()
                  .flatMap(generation -> look.apply(generation, unwritten).stream())
                  .collect(toSet());
        });
  }

  private static Set<String> ids(Set<Version> versions) {
    return versions.stream().map(Version::id).collect(toSet());
  }

  /** Returns those that this process did not write lately. */
  private Set<Version> unwritten(Set<Version> wanted) {
    List<String> generations = serving.namesNowAndSoon();
    return wanted.stream()
        .filter(
            it ->
                !generations.stream()
                    .allMatch(
                        generation -> writer.recent().contains(generation, it.id(), it.version())))
        .collect(toSet());
  }

  private Set<Version> behind(String generation, Set<Version> wanted, Bson filter) {
    Map<String, Long> versions =
        DocumentWriter.versions(collection(generation), filter, wanted.size());
    return wanted.stream()
        .filter(it -> versions.getOrDefault(it.id(), -1L) < it.version())
        .collect(toSet());
  }

  /**
   * Returns one page of the owner's documents that match the filter.
   *
   * @param filter names the owner, too
   * @param sort the order, see {@link Listing#total}
   * @throws DataAccessException if the database does not answer
   */
  public Page<D> page(UUID owner, Bson filter, List<Bson> sort, Paging paging) {
    return query(
        collection ->
            new Listing<>(
                    collection,
                    WITHOUT_DERIVED,
                    ModelDocument::id,
                    new Document("owner", owner.toString()))
                .page(filter, Listing.total(sort), paging));
  }

  /** Returns false for the first event: without it there is no document. */
  @Override
  public boolean canSkip(DomainEventMessage<?> event) {
    return event.getSequenceNumber() > 0;
  }

  @Override
  public void skip(DomainEventMessage<?> event) {
    writer.skip(event);
  }

  @Override
  public void createIndexes() {
    createIndexes(generation());
  }

  /**
   * Creates the indexes of a generation in one scan of its documents, and drops those that an
   * earlier program declared. Has no time limit.
   */
  public void createIndexes(String generation) {
    MongoCollection<D> patient = collection(generation).withTimeout(0, TimeUnit.SECONDS);
    List<String> declared = patient.createIndexes(indexes.stream().map(IndexModel::new).toList());
    for (Document index : patient.listIndexes().into(new ArrayList<>())) {
      String found = index.getString("name");
      if (found.startsWith(OF_LISTS) && !declared.contains(found)) {
        patient.dropIndex(found);
      }
    }
  }
}
