package dev.annals.query.note;

import dev.annals.api.NoteView;
import dev.annals.events.note.NoteEvent;
import dev.annals.platform.flag.Flags;
import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Access;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.ConsistencyToken;
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
import dev.annals.query.model.Selection;
import dev.annals.query.model.SelectionParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's notes. */
@RestController
@RequestMapping(path = "/notes", produces = MediaType.APPLICATION_JSON_VALUE)
@Access(Access.To.USER)
class NoteController {

  private final NoteQueries notes;
  private final CachedPages<NoteView> pages;
  private final History<NoteEvent, NoteDocument> history;
  private final Flags flags;
  private final LargeResponses answers;

  NoteController(
      NoteQueries notes,
      CachedPages<NoteView> pages,
      History<NoteEvent, NoteDocument> history,
      Flags flags,
      LargeResponses answers) {
    this.notes = notes;
    this.pages = pages;
    this.history = history;
    this.flags = flags;
    this.answers = answers;
  }

  @GetMapping
  @SelectionParameters
  @Refuses({Problem.FEATURE_DISABLED, Problem.TOO_MANY_REQUESTS})
  ResponseEntity<Page<NoteView>> list(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @AuthenticationPrincipal Caller caller) {
    Selection selection = Selection.read(caller.userId(), parameters);
    Paging paging = parameters.paging(NoteQueries.USUAL, NoteQueries.SORTABLE);
    parameters.refuseIfInvalid();
    flags.requireSortingEnabled(parameters, caller.userId());
    Map<UUID, Long> versions = changes.versions(ConsistencyToken.NOTE);
    notes.await(changes, versions);
    return pages
        .find(
            caller.userId(),
            List.of(selection, paging, notes.generation()),
            !versions.isEmpty(),
            () -> {
              answers.begin(caller.userId());
              return answers.reserveFor(
                  caller.userId(),
                  answers.read(LargeResponses.LIST_BYTES, () -> notes.list(selection, paging)));
            })
        .response();
  }

  /** As it is; or, also if it is in the trash, as it was. */
  @GetMapping("/{id}")
  @PointInTimeParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  ResponseEntity<NoteView> get(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @PathVariable UUID id,
      @AuthenticationPrincipal Caller caller) {
    Optional<PointInTime> moment = PointInTime.read(parameters);
    parameters.refuseIfInvalid();
    if (moment.isPresent()) {
      answers.begin(caller.userId());
      NoteView then =
          answers
              .read(
                  LargeResponses.HISTORY_BYTES, () -> history.at(caller.userId(), id, moment.get()))
              .map(NoteDocument::view)
              .orElseThrow(Refusal::notFound);
      return moment.get().answer(then.version(), then);
    }
    Map<UUID, Long> versions = changes.versions(ConsistencyToken.NOTE);
    versions.keySet().retainAll(Set.of(id));
    notes.await(changes, versions);
    NoteView note = notes.find(caller.userId(), id).orElseThrow(Refusal::notFound);
    return ResponseEntity.ok().eTag(Long.toString(note.version())).body(note);
  }

  /** What happened to it, the newest first; also if it is in the trash. */
  @GetMapping("/{id}/history")
  @PageParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  @SuppressWarnings("UnusedVariable") // What is read here has every change, at once.
  Page<HistoryEntry> history(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @PathVariable UUID id,
      @AuthenticationPrincipal Caller caller) {
    Paging paging = parameters.paging(Paging.Order.descending("version"));
    parameters.refuseIfInvalid();
    answers.begin(caller.userId());
    return answers.reserveFor(
        caller.userId(),
        answers
            .read(LargeResponses.HISTORY_BYTES, () -> history.page(caller.userId(), id, paging))
            .orElseThrow(Refusal::notFound));
  }
}
