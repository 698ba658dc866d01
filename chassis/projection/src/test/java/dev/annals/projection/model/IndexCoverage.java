package dev.annals.projection.model;

import com.mongodb.event.CommandStartedEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.conversions.Bson;

/**
 * Tells by the keys of declared indexes how MongoDB answers a query. The embedded server ignores
 * indexes, so it cannot tell.
 */
public final class IndexCoverage {

  private IndexCoverage() {}

  /**
   * Returns the shapes of the lists among these commands, each with its verdict, in lines.
   *
   * @see #verdict
   */
  public static String shapes(Collection<CommandStartedEvent> commands, List<Bson> indexes) {
    TreeSet<String> lines = new TreeSet<>();
    for (CommandStartedEvent command : commands) {
      BsonDocument filter = stage(command, "$match");
      BsonDocument sort = stage(command, "$sort");
      if (filter != null && sort != null) {
        List<String> fields = new ArrayList<>();
        filter.forEach((field, condition) -> fields.add(field + operators(condition)));
        lines.add(
            "%s | %s | %s%n"
                .formatted(
                    String.join(" ", fields),
                    String.join(" ", keys(sort)),
                    verdict(indexes, filter, sort)));
      }
    }
    return String.join("", lines);
  }

  private static BsonDocument stage(CommandStartedEvent command, String name) {
    return command.getCommand().getArray("pipeline").stream()
        .map(stage -> stage.asDocument().get(name))
        .filter(it -> it != null)
        .map(BsonValue::asDocument)
        .findFirst()
        .orElse(null);
  }

  private static String operators(BsonValue condition) {
    if (condition.isRegularExpression()) {
      return "^";
    } else if (!condition.isDocument()) {
      return "";
    }
    int values = values(condition).size();
    return String.join("", condition.asDocument().keySet()) + (values > 1 ? values : "");
  }

  /**
   * Returns how the best index serves a query.
   *
   * <ul>
   *   <li>{@code ordered}: it returns nothing else, in the order of the sort
   *   <li>{@code walked}: in the order of the sort, but documents are read that do not match
   *   <li>{@code sorted}: all that match are read and sorted, by one condition on each array
   *   <li>{@code unserved}: neither
   * </ul>
   */
  public static String verdict(List<Bson> indexes, Bson filter, Bson sort) {
    BsonDocument conditions = filter.toBsonDocument();
    List<BsonDocument> all = indexes.stream().map(Bson::toBsonDocument).toList();
    BsonDocument order = sort.toBsonDocument();
    List<BsonDocument> bounded = all.stream().filter(it -> bounds(it, conditions)).toList();
    boolean exact = conditions.values().stream().allMatch(it -> values(it).size() <= 1);
    if (exact && bounded.stream().anyMatch(it -> serves(it, conditions, order))) {
      return "ordered";
    }
    List<String> ways = new ArrayList<>();
    if (all.stream().anyMatch(it -> serves(it, conditions, order))) {
      ways.add("walked");
    }
    if (!bounded.isEmpty()) {
      ways.add("sorted");
    }
    return ways.isEmpty() ? "unserved" : String.join(" or ", ways);
  }

  /** Returns true if an index limits its entries by all conditions: equal ones, then a range. */
  private static boolean bounds(BsonDocument index, BsonDocument filter) {
    int bounded = 0;
    for (String field : index.keySet()) {
      if (!filter.containsKey(field)) {
        break;
      }
      bounded++;
      if (!isEqual(filter.get(field))) {
        break;
      }
    }
    return bounded == filter.size();
  }

  /** Returns true if the entries for the leading equal fields are in the order, or its reverse. */
  private static boolean serves(BsonDocument index, BsonDocument filter, BsonDocument sort) {
    Map<String, Integer> rest = new LinkedHashMap<>();
    sort.forEach((field, direction) -> rest.put(field, direction.asNumber().intValue()));
    rest.keySet().removeIf(it -> filter.containsKey(it) && isEqual(filter.get(it)));
    List<String> entries = new ArrayList<>(index.keySet());
    while (!entries.isEmpty()
        && filter.containsKey(entries.get(0))
        && isEqual(filter.get(entries.get(0)))) {
      entries.remove(0);
    }
    if (!List.copyOf(rest.keySet())
        .equals(entries.subList(0, Math.min(rest.size(), entries.size())))) {
      return false;
    }
    return rest.entrySet().stream()
            .map(it -> it.getValue() * index.getNumber(it.getKey()).intValue())
            .distinct()
            .count()
        == 1;
  }

  private static boolean isEqual(BsonValue condition) {
    return condition.isDocument()
        ? condition.asDocument().keySet().stream().allMatch(it -> it.matches("\\$all|\\$in"))
            && values(condition).stream().noneMatch(BsonValue::isRegularExpression)
        : !condition.isRegularExpression();
  }

  /** Returns the values that an array must contain. */
  private static List<BsonValue> values(BsonValue condition) {
    return condition.isDocument() && condition.asDocument().containsKey("$all")
        ? condition.asDocument().getArray("$all")
        : List.of();
  }

  /** Returns the fields of an index, each with its direction. */
  public static List<String> keys(Bson document) {
    List<String> keys = new ArrayList<>();
    document
        .toBsonDocument()
        .forEach((name, direction) -> keys.add(name + " " + direction.asNumber().intValue()));
    return keys;
  }
}
