package dev.annals.projection.resource;

import com.mongodb.client.model.Sorts;
import dev.annals.http.web.Sort;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Sorts the lists of a resource.
 *
 * @param fields the stored fields of each property that a list can be sorted by. The last has the
 *     order's direction; those before it ascend in any case
 */
public record Sorting(Map<String, List<String>> fields) {

  public List<Bson> of(Sort sort) {
    return sort.orders().stream()
        .flatMap(order -> keys(order.property(), order.descending()))
        .toList();
  }

  private Stream<Bson> keys(String property, boolean descending) {
    List<String> all = fields.get(property);
    int last = all.size() - 1;
    return Stream.concat(
        all.subList(0, last).stream().map(Sorts::ascending),
        Stream.of(descending ? Sorts.descending(all.get(last)) : Sorts.ascending(all.get(last))));
  }

  List<Bson> indexes() {
    return fields.keySet().stream()
        .flatMap(property -> Stream.of(index(property, true), index(property, false)))
        .toList();
  }

  private Bson index(String property, boolean descending) {
    Document index = Resource.index();
    keys(property, descending).forEach(key -> index.putAll(key.toBsonDocument()));
    return index.append("_id", 1);
  }
}
