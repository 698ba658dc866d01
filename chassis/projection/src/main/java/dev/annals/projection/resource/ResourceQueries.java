package dev.annals.projection.resource;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.Page;
import dev.annals.projection.model.ReadModel;
import java.util.Optional;
import java.util.UUID;

/** Reads the documents of a resource. */
public record ResourceQueries<D extends ResourceDocument, V>(
    Resource<?, D, V> resource, ReadModel<D> documents) {

  /** Returns the owner's document of that id, unless it is in the trash. */
  public Optional<D> find(UUID owner, UUID id) {
    return documents.find(owner, id).filter(it -> it.deletedAt() == null);
  }

  /**
   * Returns a page of a list.
   *
   * @throws Refusal {@link Problem#TOO_MANY_REQUESTS} if too many searches of the owner run
   */
  public Page<V> list(UUID owner, ListQuery query) {
    return query
        .selection()
        .listed(
            owner,
            () ->
                documents.page(
                    owner,
                    query.filter(owner),
                    resource.sorting().of(query.sort()),
                    query.paging()))
        .map(resource.view());
  }
}
