package dev.annals.query.resource;

import dev.annals.platform.flag.Flags;
import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.LargeResponses;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.history.History;
import dev.annals.query.history.HistoryEntry;
import dev.annals.query.history.PointInTime;
import dev.annals.query.history.PointInTimeParameters;
import dev.annals.query.model.CachedPages;
import dev.annals.query.model.PageParameters;
import dev.annals.query.model.ReadModel;
import dev.annals.query.model.SelectionParameters;
import dev.annals.query.resource.ResourceQueries.Query;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * Answers the queries that all resources have. A subclass names the path, and adds its own queries.
 *
 * @param <E> the events
 * @param <D> the stored documents
 * @param <V> the resource as clients see it
 */
public abstract class ResourceController<E, D extends ResourceDocument, V> {

  private final Resource<E, D, V> resource;
  private final ReadModel<D> documents;
  private final ResourceQueries<D, V> queries;
  private final CachedPages<V> pages;
  private final History<E, D> history;
  private final Flags flags;
  private final LargeResponses answers;

  protected ResourceController(
      Resource<E, D, V> resource, ReadModel<D> documents, ResourceServices services) {
    this.resource = resource;
    this.documents = documents;
    this.queries = new ResourceQueries<>(resource, documents);
    this.pages = new CachedPages<>(services.redis(), services.json(), resource.name());
    this.history = resource.history(services.events());
    this.flags = services.flags();
    this.answers = services.answers();
    documents.onWrite(pages::drop);
  }

  /** Lists the caller's resources, a page at a time. */
  @GetMapping
  @SelectionParameters
  @Refuses({Problem.FEATURE_DISABLED, Problem.TOO_MANY_REQUESTS})
  public ResponseEntity<Page<V>> list(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @AuthenticationPrincipal Caller caller) {
    UUID user = caller.userId();
    Query query = queries.read(user, parameters);
    flags.requireSortingEnabled(parameters, user);
    Map<UUID, Long> versions = changes.versions(resource.kind());
    changes.await(() -> documents.shown(versions));
    return pages
        .find(
            user,
            query.key(documents.generation()),
            !versions.isEmpty(),
            () -> {
              answers.begin(user);
              return answers.reserveFor(
                  user, answers.read(LargeResponses.LIST_BYTES, () -> queries.list(query)));
            })
        .response();
  }

  /** Returns the resource as it is; or as it was, even if it is in the trash. */
  @GetMapping("/{id}")
  @PointInTimeParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  public ResponseEntity<V> get(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @PathVariable UUID id,
      @AuthenticationPrincipal Caller caller) {
    UUID user = caller.userId();
    Optional<PointInTime> moment = PointInTime.read(parameters);
    parameters.refuseIfInvalid();
    if (moment.isPresent()) {
      answers.begin(user);
      D then =
          answers
              .read(LargeResponses.HISTORY_BYTES, () -> history.at(user, id, moment.get()))
              .orElseThrow(Refusal::notFound);
      return moment.get().answer(then.lastSequence(), resource.view().apply(then));
    }
    D now = find(changes, id, user);
    return ResponseEntity.ok()
        .eTag(Long.toString(now.lastSequence()))
        .body(resource.view().apply(now));
  }

  /** Returns the user's document of that id as these changes left it, unless it is in the trash. */
  protected final D find(ConsistencyTokens changes, UUID id, UUID user) {
    Map<UUID, Long> versions = changes.versions(resource.kind());
    versions.keySet().retainAll(Set.of(id));
    changes.await(() -> documents.shown(versions));
    return queries.find(user, id).orElseThrow(Refusal::notFound);
  }

  /** Lists the changes of the resource, the newest first, even if it is in the trash. */
  @GetMapping("/{id}/history")
  @PageParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  @SuppressWarnings("UnusedVariable") // The event store has every change at once.
  public Page<HistoryEntry> history(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @PathVariable UUID id,
      @AuthenticationPrincipal Caller caller) {
    UUID user = caller.userId();
    Paging paging = parameters.paging(Paging.Order.descending("version"));
    parameters.refuseIfInvalid();
    answers.begin(user);
    return answers.reserveFor(
        user,
        answers
            .read(LargeResponses.HISTORY_BYTES, () -> history.page(user, id, paging))
            .orElseThrow(Refusal::notFound));
  }
}
