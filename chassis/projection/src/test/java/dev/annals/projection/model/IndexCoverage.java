package dev.annals.projection.model;

import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Checks by the keys of declared indexes that one serves a query: without scanning documents of
 * other owners, and in the query's order if asked for. The embedded server ignores indexes, so it
 * cannot tell.
 */
public final class IndexCoverage {

  private IndexCoverage() {}

  /**
   * Returns true if an index begins with the fields that the filter compares for equality, in any
   * order, followed by those of the sort and the id, in the same order and directions.
   */
  public static boolean sorted(List<Bson> indexes, Bson filter, List<Bson> sort) {
    List<String> order = keys(Sorts.orderBy(Sorts.orderBy(sort), Sorts.ascending("_id")));
    Set<String> equal = fields(filter);
    return indexes.stream()
        .map(IndexCoverage::keys)
        .anyMatch(
            index ->
                index.size() >= equal.size() + order.size()
                    && names(index.subList(0, equal.size())).equals(equal)
                    && index.subList(equal.size(), equal.size() + order.size()).equals(order));
  }

  /** Returns true if an index begins with all fields of the filter, in any order. */
  public static boolean filtered(List<Bson> indexes, Bson filter) {
    Set<String> fields = fields(filter);
    return indexes.stream()
        .map(IndexCoverage::keys)
        .anyMatch(
            index ->
                index.size() >= fields.size()
                    && names(index.subList(0, fields.size())).equals(fields));
  }

  /** Returns the fields of an index, each with its direction. */
  public static List<String> keys(Bson document) {
    List<String> keys = new ArrayList<>();
    document
        .toBsonDocument()
        .forEach((name, direction) -> keys.add(name + " " + direction.asNumber().intValue()));
    return keys;
  }

  private static Set<String> names(List<String> keys) {
    Set<String> names = new TreeSet<>();
    keys.forEach(key -> names.add(key.substring(0, key.indexOf(' '))));
    return names;
  }

  private static Set<String> fields(Bson filter) {
    Set<String> fields = new TreeSet<>();
    collect(filter.toBsonDocument(), fields);
    return fields;
  }

  private static void collect(BsonDocument filter, Set<String> fields) {
    filter.forEach(
        (name, condition) -> {
          if (name.equals("$and")) {
            for (BsonValue part : condition.asArray()) {
              collect(part.asDocument(), fields);
            }
          } else {
            fields.add(name);
          }
        });
  }
}
