package dev.annals.standalone;

import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the documents that have equal values, in an order. It contains what the server's own
 * matcher selects, in the order of its own comparator. Not thread-safe.
 */
final class OrderedList {

  private static final String ID = "_id";
  private static final Set<String> COMPARISONS = Set.of("$gt", "$gte", "$lt", "$lte");

  private final DefaultQueryMatcher matcher = new DefaultQueryMatcher();
  private final Document equal;
  private final List<String> fields;
  private final List<ValueComparator> comparators;

  /** The values of the fields, for each document. The last one is the id. */
  private final NavigableSet<Object[]> keys = new TreeSet<>(this::compare);

  private boolean complete;
  private boolean unsupported;

  /**
   * A query that a list can answer.
   *
   * @param equal the values of the documents in the list; the owner is one of them
   * @param compared further conditions, for fields of the order
   * @param order the fields, and how they are compared; empty if any order will do
   */
  record Query(Document equal, Document compared, Map<String, ValueComparator> order) {

    /** Returns a query of documents, or null if no list can answer it. */
    static @Nullable Query page(Document filter, Document sort) {
      Map<String, ValueComparator> order = new LinkedHashMap<>();
      for (Map.Entry<String, Object> key : sort.entrySet()) {
        if (!isField(key.getKey()) || !(key.getValue() instanceof Number direction)) {
          return null;
        }
        if (!order.containsKey(ID)) {
          order.put(
              key.getKey(),
              direction.intValue() > 0 ? ValueComparator.asc() : ValueComparator.desc());
        }
      }
      // The server leaves ties as they are stored, and that is in the order of their ids.
      order.putIfAbsent(ID, ValueComparator.asc());
      Query query = new Query(new Document(), new Document(), order);
      return !sort.isEmpty()
              && query.add(filter)
              && order.keySet().containsAll(query.compared.keySet())
          ? query
          : null;
    }

    /** Returns a query of their number, or null if no list can answer it. */
    static @Nullable Query count(Document filter) {
      Query query = new Query(new Document(), new Document(), Map.of());
      if (!query.add(filter)) {
        return null;
      }
      // A list of one number would be used once.
      query.equal.forEach(
          (field, value) -> {
            if (value instanceof Number) {
              query.compared.put(field, value);
            }
          });
      query.compared.keySet().forEach(query.equal::remove);
      return query;
    }

    String owner() {
      return (String) equal.get(IndexedCollection.OWNER);
    }

    private boolean add(Document filter) {
      return filter.entrySet().stream().allMatch(it -> add(it.getKey(), it.getValue()))
          && equal.get(IndexedCollection.OWNER) instanceof String;
    }

    private boolean add(String field, Object value) {
      if (field.equals("$and") && value instanceof Collection<?> parts) {
        return !parts.isEmpty()
            && parts.stream().allMatch(it -> it instanceof Document part && add(part));
      }
      boolean comparisons =
          value instanceof Document all
              && COMPARISONS.containsAll(all.keySet())
              && all.values().stream().allMatch(OrderedList::isScalar);
      if (!isField(field)
          || field.equals(ID)
          || equal.containsKey(field)
          || compared.containsKey(field)
          || (!comparisons && !isScalar(value))) {
        return false;
      }
      (comparisons ? compared : equal).put(field, value);
      return true;
    }

    private static boolean isField(String name) {
      return !name.startsWith("$") && !name.contains(".");
    }
  }

  /** Creates an incomplete list that will answer a query. */
  OrderedList(Query query) {
    Map<String, ValueComparator> order = new LinkedHashMap<>(query.order);
    if (order.isEmpty()) {
      query.compared.keySet().forEach(field -> order.put(field, ValueComparator.asc()));
      order.put(ID, ValueComparator.asc());
    }
    this.equal = query.equal;
    this.fields = List.copyOf(order.keySet());
    this.comparators = List.copyOf(order.values());
  }

  /** Returns true if it is the list for a query. */
  boolean isFor(Query query) {
    return equal.equals(query.equal)
        && fields.containsAll(query.compared.keySet())
        && (query.order.isEmpty()
            || (fields.equals(List.copyOf(query.order.keySet()))
                && comparators.equals(List.copyOf(query.order.values()))));
  }

  void complete() {
    complete = true;
  }

  /** Returns false until it has all documents, and if it cannot order one of them. */
  boolean isUsable() {
    return complete && !unsupported;
  }

  int size() {
    return keys.size();
  }

  /** Adds a document if it has the values. Does nothing if it was added before. */
  void add(Document document) {
    if (!unsupported && matcher.matches(document, equal)) {
      Object[] key = key(document);
      if (isSupported(key)) {
        keys.add(key);
      } else {
        unsupported = true;
        keys.clear();
      }
    }
  }

  /** Removes a document, by the values that it was added with. */
  void remove(Document document) {
    Object[] key = key(document);
    if (isSupported(key)) {
      keys.remove(key);
    }
  }

  private Object[] key(Document document) {
    return fields.stream().map(document::get).toArray();
  }

  private static boolean isSupported(Object[] key) {
    return Arrays.stream(key).allMatch(it -> it == null || isScalar(it))
        && key[key.length - 1] instanceof String;
  }

  /** Returns true for values of types that have one order, in filters as well as in sorts. */
  private static boolean isScalar(@Nullable Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Instant
        // The comparator's order of whole numbers and fractions is not transitive.
        || value instanceof Integer
        || value instanceof Long;
  }

  int count(Query query) {
    return query.compared.isEmpty() ? size() : (int) select(query).count();
  }

  List<Object> ids(Query query, int skip, int limit) {
    return select(query).skip(skip).limit(limit).map(key -> key[key.length - 1]).toList();
  }

  private Stream<Object[]> select(Query query) {
    Stream<Object[]> selected = keys.stream();
    for (Map.Entry<String, Object> condition : query.compared.entrySet()) {
      int field = fields.indexOf(condition.getKey());
      selected = selected.filter(key -> matcher.matchesValue(condition.getValue(), key[field]));
    }
    return selected;
  }

  private int compare(Object[] one, Object[] other) {
    int compared = 0;
    for (int i = 0; i < one.length && compared == 0; i++) {
      compared = comparators.get(i).compare(one[i], other[i]);
    }
    return compared;
  }
}
