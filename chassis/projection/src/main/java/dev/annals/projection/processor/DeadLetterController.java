package dev.annals.projection.processor;

import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.Model;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lists, retries and skips the events that projections could not handle. */
@RestController
@Tag(name = "Operations")
@RequestMapping(path = "/admin/dead-letters", produces = MediaType.APPLICATION_JSON_VALUE)
record DeadLetterController(DeadLetters letters, List<Model> models) {

  record LetterView(
      String id,
      String processor,
      String aggregateId,
      String type,
      long position,
      String error,
      int attempts,
      Instant failedAt) {

    static LetterView of(DeadLetter letter, String processor) {
      return new LetterView(
          letter.letter(),
          processor,
          letter.aggregateId(),
          letter.type(),
          letter.position(),
          letter.error(),
          letter.attempts(),
          letter.failedAt());
    }
  }

  /**
   * Lists the events that projections could not handle, a page at a time. Later events of the same
   * aggregate wait for them.
   */
  @GetMapping
  Page<LetterView> list(Paging paging) {
    Map<String, String> names =
        models.stream().collect(Collectors.toMap(Model::generation, Model::name));
    return letters
        .page(names.keySet(), paging)
        .map(letter -> LetterView.of(letter, names.get(letter.processor())));
  }

  /** Handles a dead letter again. If it fails again, it stays in the list. */
  @PostMapping("/{id}/retry")
  @ResponseStatus(HttpStatus.ACCEPTED)
  void retry(@PathVariable UUID id) {
    letters.retry(id);
  }

  /**
   * Removes a dead letter, so that the projection skips its event. Later events of the same
   * aggregate are handled again.
   */
  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void skip(@PathVariable UUID id) {
    letters.skip(id);
  }
}
