package dev.annals.projection.resource;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.LargeResponses;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.history.History;
import dev.annals.projection.history.HistoryEntry;
import dev.annals.projection.history.PointInTime;
import dev.annals.projection.list.CachedPages;
import dev.annals.projection.model.ReadModel;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * Answers the queries that all resources have. A subclass names the path, and adds its own queries.
 *
 * @param <E> the events
 * @param <D> the stored documents
 * @param <V> the resource as clients see it
 * @param <Q> the parameters of the list
 */
public abstract class ResourceController<E, D extends ResourceDocument, V, Q extends ListQuery> {

  private final Resource<E, D, V> resource;
  private final ReadModel<D> documents;
  private final ResourceQueries<D, V> queries;
  private final CachedPages<V> pages;
  private final History<E, D> history;
  private final LargeResponses answers;

  protected ResourceController(
      Resource<E, D, V> resource, ReadModel<D> documents, ResourceServices services) {
    this.resource = resource;
    this.documents = documents;
    this.queries = new ResourceQueries<>(resource, documents);
    this.pages = new CachedPages<>(services.redis(), services.json(), resource.name());
    this.history = resource.history(services.events());
    this.answers = services.answers();
    documents.onWrite(pages::drop);
  }

  /**
   * Lists the resources of the caller, a page at a time. With {@code deleted=true} it lists the
   * trash.
   */
  @GetMapping
  @Refuses({Problem.FEATURE_DISABLED, Problem.TOO_MANY_REQUESTS})
  public ResponseEntity<Page<V>> list(Q query, ConsistencyTokens changes, Caller caller) {
    UUID user = caller.userId();
    check(query, user);
    Map<UUID, Long> versions = changes.versions(resource.kind());
    changes.await(() -> documents.shown(user, versions));
    return pages
        .find(
            user,
            query.key(user, documents.generation()),
            !versions.isEmpty(),
            () -> {
              answers.begin(user);
              return answers.reserveFor(
                  user, answers.read(LargeResponses.LIST_BYTES, () -> queries.list(user, query)));
            })
        .response();
  }

  /**
   * Returns a resource as it is, or as it was. A version or an instant selects the past, which is
   * there for a deleted resource, too.
   */
  @GetMapping("/{id}")
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  public ResponseEntity<V> get(
      PointInTime moment, ConsistencyTokens changes, @PathVariable UUID id, Caller caller) {
    UUID user = caller.userId();
    if (!moment.isNow()) {
      answers.begin(user);
      D then =
          answers
              .read(LargeResponses.HISTORY_BYTES, () -> history.at(user, id, moment))
              .orElseThrow(Refusal::notFound);
      return moment.answer(then.lastSequence(), resource.view().apply(then));
    }
    D now = find(changes, id, user);
    return ResponseEntity.ok()
        .eTag(Long.toString(now.lastSequence()))
        .body(resource.view().apply(now));
  }

  /**
   * Refuses a list that is not allowed for now. Allows all by default.
   *
   * @throws Refusal {@code feature-disabled}
   */
  protected void check(Q query, UUID user) {}

  /** Returns the user's document of that id as these changes left it, unless it is in the trash. */
  protected final D find(ConsistencyTokens changes, UUID id, UUID user) {
    Map<UUID, Long> versions = changes.versions(resource.kind());
    versions.keySet().retainAll(Set.of(id));
    changes.await(() -> documents.shown(user, versions));
    return queries.find(user, id).orElseThrow(Refusal::notFound);
  }

  /** Lists the changes of a resource, the newest first. A deleted one has its history, too. */
  @GetMapping("/{id}/history")
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  @SuppressWarnings("UnusedVariable") // The event store has every change at once.
  public Page<HistoryEntry> history(
      Paging paging, ConsistencyTokens changes, @PathVariable UUID id, Caller caller) {
    UUID user = caller.userId();
    answers.begin(user);
    return answers.reserveFor(
        user,
        answers
            .read(LargeResponses.HISTORY_BYTES, () -> history.page(user, id, paging))
            .orElseThrow(Refusal::notFound));
  }
}
