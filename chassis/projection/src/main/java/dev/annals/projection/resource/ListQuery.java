package dev.annals.projection.resource;

import dev.annals.http.web.Paging;
import dev.annals.http.web.QueryParameters;
import dev.annals.http.web.Sort;
import dev.annals.projection.list.Selection;
import java.util.List;
import java.util.UUID;
import org.bson.conversions.Bson;

/** The parameters of a list. Those that only one resource has come between selection and paging. */
public interface ListQuery extends QueryParameters {

  Selection selection();

  Paging paging();

  Sort sort();

  /** Returns the conditions that only this resource has. */
  default List<Bson> conditions() {
    return List.of();
  }

  default Bson filter(UUID owner) {
    return selection().filter(owner, conditions());
  }

  /** Returns what the answer depends on, with the generation that is read. */
  default Object key(UUID owner, String generation) {
    return List.of(filter(owner).toBsonDocument().toJson(), paging(), sort().orders(), generation);
  }
}
