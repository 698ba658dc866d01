package dev.annals.query;

import com.mongodb.client.model.Sorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Whether a declared index serves a query: finds what the filter takes without looking at other
 * owners' documents, and, where it is about the order, has it in that order. The embedded server
 * ignores indexes, so this is read off their keys.
 */
public final class IndexCoverage {

  private IndexCoverage() {}

  /**
   * Whether an index has the fields that the filter compares for equality first, in any order, and
   * then those of the sort and the id, in that order and those directions.
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

  /** Whether an index begins with all the fields of the filter, in any order. */
  public static boolean filtered(List<Bson> indexes, Bson filter) {
    Set<String> fields = fields(filter);
    return indexes.stream()
        .map(IndexCoverage::keys)
        .anyMatch(
            index ->
                index.size() >= fields.size()
                    && names(index.subList(0, fields.size())).equals(fields));
  }

  private static List<String> keys(Bson document) {
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
