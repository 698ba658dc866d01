package dev.annals.query.notification;

import dev.annals.base.problem.Problem;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.projection.follow.ChangeQueries;
import dev.annals.projection.follow.ChangeQuery;
import dev.annals.projection.follow.Changes;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells the caller which notes and tasks changed. */
@RestController
@Tag(
    name = "Changes",
    description = "The changes of notes and tasks, for clients that keep a copy.")
record ChangeController(ChangeQueries changes) {

  /**
   * Lists the notes and tasks of the caller that changed after a sequence. Each is once in a page,
   * with its newest state, or as deleted. A page has at most 1 MiB, unless it has a single change.
   * A client that applies page after page, and continues with {@code next}, has the content of the
   * lists: a change that they do not show yet comes with a later page.
   */
  @GetMapping(path = "/changes", produces = MediaType.APPLICATION_JSON_VALUE)
  @Refuses({Problem.CURSOR_GONE, Problem.TOO_MANY_REQUESTS})
  Changes list(ChangeQuery query, Caller caller) {
    return changes.after(caller.userId(), query);
  }
}
