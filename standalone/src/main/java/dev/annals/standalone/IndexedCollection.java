package dev.annals.standalone;

import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/**
 * A collection with an index of owners, in memory: a query that names an owner reads only the
 * owner's documents, and one that names ids or a range of them only those. Of owners that were
 * listed lately it also keeps the lists, see {@link OrderedList}: a further page reads only its own
 * documents, and a count reads none. The library's own indexes are unique ones; without this index
 * each list reads the documents of all owners.
 *
 * <p>The index takes about 100 bytes a document and is rebuilt at each start.
 */
class IndexedCollection extends H2Collection {

  static final String OWNER = "owner";

  private static final int MAX_LISTS_PER_OWNER = 16;

  /** The memory of an empty list, in entries. */
  private static final int EMPTY_LIST_ENTRIES = 10;

  private static final Document IDS = new Document("$project", new Document("_id", 1));

  /** The documents that the pipeline of this thread reads instead of all. */
  private static final ThreadLocal<@Nullable Input> INPUT = new ThreadLocal<>();

  private record Input(IndexedCollection collection, Stream<Document> documents) {}

  private final MVMap<Object, Document> data;
  private final Comparator<Object> stored;

  /** The positions of the documents of each owner, in the order in which they are stored. */
  private final ConcurrentMap<String, NavigableSet<Object>> owners = new ConcurrentHashMap<>();

  /** The lists of each owner, the one that was used longest ago first. Guarded by this. */
  private final Map<String, List<OrderedList>> lists = new LinkedHashMap<>(16, 0.75f, true);

  IndexedCollection(
      H2Database database,
      String name,
      CollectionOptions options,
      MVMap<Object, Document> data,
      MVMap<String, Object> meta,
      CursorRegistry cursors) {
    super(database, name, options, data, meta, cursors);
    this.data = data;
    this.stored = data.getKeyType();
    data.forEach((position, document) -> addToOwner(document, position));
  }

  /** Runs an aggregate command on the documents that its first stages select. */
  Document aggregate(Document command, UnaryOperator<Document> server) {
    List<Object> rest =
        new ArrayList<>(command.get("pipeline") instanceof List<?> stages ? stages : List.of());
    if (!(take(rest, "$match") instanceof Document filter)) {
      return server.apply(command);
    }
    List<Document> selected = select(filter, rest);
    Collection<Object> positions = selected == null ? positions(filter) : List.of();
    if (positions == null) {
      return server.apply(command);
    }
    INPUT.set(
        new Input(
            this,
            selected == null
                ? positions.stream().map(this::getDocument).filter(Objects::nonNull)
                : selected.stream()));
    try {
      return server.apply(
          selected == null ? command : new Document(command).append("pipeline", rest));
    } finally {
      INPUT.remove();
    }
  }

  /**
   * Returns the documents from which the rest of a pipeline makes the answer, or null if no list
   * selects them.
   *
   * @param rest the stages after the filter. It is changed
   */
  private @Nullable List<Document> select(Document filter, List<Object> rest) {
    Object sort = take(rest, "$sort");
    int skip = toInt(take(rest, "$skip"), 0);
    int limit = toInt(take(rest, "$limit"), Integer.MAX_VALUE);
    if (skip < 0 || limit < 1) {
      return null;
    }
    if (sort instanceof Document order && limit < Integer.MAX_VALUE) {
      boolean ids = !rest.isEmpty() && IDS.equals(rest.get(0));
      return ask(
          OrderedList.Query.page(filter, order),
          (list, query) ->
              list.ids(query, skip, limit).stream()
                  .map(id -> ids ? new Document("_id", id) : getDocument(id))
                  .toList());
    }
    Integer count =
        sort == null && rest.equals(List.of(sum(1)))
            ? ask(OrderedList.Query.count(filter), OrderedList::count)
            : null;
    if (count == null) {
      return null;
    }
    // One document that counts for all.
    rest.set(0, sum(Math.min(limit, count - skip)));
    return count <= skip ? List.of() : List.of(new Document());
  }

  /** Removes the first stage if it has that name, and returns its value, otherwise null. */
  private static @Nullable Object take(List<Object> stages, String name) {
    if (stages.isEmpty() || !(stages.get(0) instanceof Document stage) || stage.size() > 1) {
      return null;
    }
    Object value = stage.get(name);
    if (value != null) {
      stages.remove(0);
    }
    return value;
  }

  /** Returns a number, or -1 if it is none for a list. */
  private static int toInt(@Nullable Object value, int otherwise) {
    if (value == null) {
      return otherwise;
    }
    return value instanceof Number number
        ? (int) Math.max(-1, Math.min(number.longValue(), 1 << 30))
        : -1;
  }

  /** Returns the stage of a driver's count: each document counts this much. */
  private static Document sum(int each) {
    Document sum = new Document("_id", 1).append("n", new Document("$sum", each));
    return new Document("$group", sum);
  }

  @Override
  public Stream<Document> queryAllAsStream() {
    Input input = INPUT.get();
    if (input == null || input.collection != this) {
      return super.queryAllAsStream();
    }
    INPUT.remove();
    return input.documents;
  }

  @Override
  protected QueryResult queryDocuments(
      Document query, Document order, int skip, int limit, int batchSize, Document fields) {
    // The library's own index, that of ids, finds fewer documents.
    if (isNaturalDescending(order)
        || getIndexes().stream().anyMatch(index -> index.canHandle(query))) {
      return super.queryDocuments(query, order, skip, limit, batchSize, fields);
    }
    List<Object> page =
        order == null || limit <= 0
            ? null
            : ask(
                OrderedList.Query.page(query, order),
                (list, asked) -> list.ids(asked, skip, limit));
    if (page != null) {
      return matchDocuments(query, page, order, 0, limit, batchSize, fields);
    }
    Collection<Object> positions = positions(query);
    return positions == null
        ? super.queryDocuments(query, order, skip, limit, batchSize, fields)
        : matchDocuments(query, positions, order, skip, limit, batchSize, fields);
  }

  /** Returns what a list answers, or null if no list can. */
  private <T> @Nullable T ask(
      OrderedList.@Nullable Query query, BiFunction<OrderedList, OrderedList.Query, T> question) {
    if (query == null) {
      return null;
    }
    makeListOnce(query);
    synchronized (this) {
      return listsOf(query.owner()).stream()
          .filter(it -> it.isFor(query) && it.isUsable())
          .findFirst()
          .map(it -> question.apply(it, query))
          .orElse(null);
    }
  }

  // Writers change the list from the moment when it is registered. Each document is read and added
  // without a writer in between, so they wait for one document only.
  private void makeListOnce(OrderedList.Query query) {
    OrderedList list = new OrderedList(query);
    Collection<Object> positions;
    synchronized (this) {
      List<OrderedList> all = lists.computeIfAbsent(query.owner(), first -> new ArrayList<>());
      if (all.stream().anyMatch(it -> it.isFor(query))) {
        return;
      }
      all.add(list);
      if (all.size() > MAX_LISTS_PER_OWNER) {
        all.remove(0);
      }
      positions = positions(query.equal());
    }
    for (Object position : positions) {
      synchronized (this) {
        Document document = getDocument(position);
        if (document != null) {
          list.add(document);
        }
      }
    }
    synchronized (this) {
      list.complete();
      removeLists(list);
    }
  }

  /** Returns the number of entries that all lists may have, about 100 bytes each. */
  int maxEntries() {
    return 200_000;
  }

  private void removeLists(OrderedList except) {
    int entries =
        lists.values().stream().flatMap(List::stream).mapToInt(IndexedCollection::entries).sum();
    Iterator<List<OrderedList>> owners = lists.values().iterator();
    while (owners.hasNext() && entries > maxEntries()) {
      List<OrderedList> oldest = owners.next();
      while (!oldest.isEmpty() && entries > maxEntries() && oldest.get(0) != except) {
        entries -= entries(oldest.remove(0));
      }
      if (oldest.isEmpty()) {
        owners.remove();
      }
    }
  }

  private static int entries(OrderedList list) {
    return EMPTY_LIST_ENTRIES + list.size();
  }

  private List<OrderedList> listsOf(@Nullable Object owner) {
    return lists.getOrDefault(owner, List.of());
  }

  /**
   * Returns the positions of the ids or the owner that a filter names, or null if it names none.
   */
  private @Nullable Collection<Object> positions(Document query) {
    if (query.get("_id") instanceof String id) {
      return stored(List.of(id));
    }
    if (query.get("_id") instanceof Document some
        && some.keySet().equals(Set.of("$in"))
        && some.get("$in") instanceof Collection<?> ids
        && ids.stream().allMatch(String.class::isInstance)) {
      return stored(ids);
    }
    if (query.get("_id") instanceof Document range
        && range.keySet().equals(Set.of("$gt", "$lt"))
        && range.get("$gt") instanceof String first
        && range.get("$lt") instanceof String end) {
      return between(first, end);
    }
    String owner = queried(query);
    return owner == null
        ? null
        : List.copyOf(owners.getOrDefault(owner, new ConcurrentSkipListSet<>()));
  }

  private Collection<Object> stored(Collection<?> ids) {
    NavigableSet<Object> positions = new TreeSet<>(stored);
    ids.stream().filter(data::containsKey).forEach(positions::add);
    return positions;
  }

  // Documents are stored by id.
  private Collection<Object> between(String first, String end) {
    List<Object> ids = new ArrayList<>();
    Iterator<Object> all = data.keyIterator(first);
    while (all.hasNext() && all.next() instanceof String id && id.compareTo(end) < 0) {
      if (!id.equals(first)) {
        ids.add(id);
      }
    }
    return ids;
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

  /** Returns false: the sum would be stored with each write, and only statistics name it. */
  @Override
  protected boolean tracksDataSize() {
    return false;
  }

  @Override
  protected Object addDocumentInternal(Document document) {
    Object position = super.addDocumentInternal(document);
    addToOwner(document, position);
    listsOf(document.get(OWNER)).forEach(list -> list.add(document));
    return position;
  }

  @Override
  protected void removeDocument(Object position) {
    Document document = getDocument(position);
    removeFromOwner(document, position);
    listsOf(document.get(OWNER)).forEach(list -> list.remove(document));
    super.removeDocument(position);
  }

  @Override
  protected void handleUpdate(Object position, Document before, Document after) {
    super.handleUpdate(position, before, after);
    if (!Objects.equals(before.get(OWNER), after.get(OWNER))) {
      removeFromOwner(before, position);
      addToOwner(after, position);
    }
    listsOf(before.get(OWNER)).forEach(list -> list.remove(before));
    listsOf(after.get(OWNER)).forEach(list -> list.add(after));
  }

  private void addToOwner(Document document, Object position) {
    if (document.get(OWNER) instanceof String owner) {
      owners.computeIfAbsent(owner, first -> new ConcurrentSkipListSet<>(stored)).add(position);
    }
  }

  private void removeFromOwner(Document document, Object position) {
    if (document.get(OWNER) instanceof String owner) {
      owners.computeIfPresent(
          owner,
          (same, positions) -> {
            positions.remove(position);
            return positions.isEmpty() ? null : positions;
          });
    }
  }
}
