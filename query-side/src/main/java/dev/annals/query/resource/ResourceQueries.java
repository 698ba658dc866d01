package dev.annals.query.resource;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.model.ReadModel;
import dev.annals.query.model.Selection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bson.conversions.Bson;

/** Reads the documents of a resource. */
public record ResourceQueries<D extends ResourceDocument, V>(
    Resource<?, D, V> resource, ReadModel<D> documents) {

  /** A page of a list. */
  public record Query(Selection selection, Bson filter, Paging paging) {

    /** Returns what the answer depends on, with the generation that is read. */
    Object key(String generation) {
      return List.of(filter.toBsonDocument().toJson(), paging, generation);
    }
  }

  /** Returns the owner's document of that id, unless it is in the trash. */
  public Optional<D> find(UUID owner, UUID id) {
    return documents
        .find(id)
        .filter(it -> it.owner().equals(owner.toString()) && it.deletedAt() == null);
  }

  /**
   * Reads the parameters of a list.
   *
   * @throws Refusal {@link Problem#VALIDATION}
   */
  public Query read(UUID owner, QueryParameters parameters) {
    Selection selection = Selection.read(owner, parameters);
    List<Bson> conditions = resource.conditions().apply(parameters);
    Sorting sorting = resource.sorting();
    Paging paging = parameters.paging(sorting.defaultOrder(), sorting.fields().keySet());
    parameters.refuseIfInvalid();
    return new Query(selection, selection.filter(conditions.toArray(Bson[]::new)), paging);
  }

  /**
   * Returns a page of a list.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if too many searches of the owner run
   */
  public Page<V> list(Query query) {
    return query
        .selection()
        .listed(
            () ->
                documents.page(
                    query.filter(), resource.sorting().of(query.paging()), query.paging()))
        .map(resource.view());
  }
}
