package dev.annals.projection.resource;

import com.mongodb.client.model.Sorts;
import dev.annals.http.web.Sort;
import dev.annals.projection.list.Listing;
import java.util.ArrayList;
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
 * @param byDefault the property that lists are sorted by unless a client names another
 */
public record Sorting(Map<String, List<String>> fields, String byDefault) {

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

  /**
   * Returns the indexes of each order and its reverse, the default first: MongoDB counts by it. The
   * last is of a tag in the default order.
   */
  List<Bson> indexes() {
    List<Bson> indexes = new ArrayList<>();
    Stream.concat(Stream.of(byDefault), fields.keySet().stream().sorted())
        .distinct()
        .forEach(
            property -> {
              indexes.add(index(Resource.index(), property, false));
              if (fields.get(property).size() > 1) {
                indexes.add(index(Resource.index(), property, true));
              }
            });
    indexes.add(index(Resource.index().append("tags", 1), byDefault, false));
    return indexes;
  }

  private Bson index(Document index, String property, boolean descending) {
    index.putAll(Listing.total(keys(property, descending).toList()));
    return index;
  }
}
