package dev.annals.query.audit;

import dev.annals.platform.openapi.Refuses;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.security.Caller;
import dev.annals.platform.web.LargeResponses;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.history.PointInTime;
import dev.annals.query.history.PointInTimeParameters;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.json.JsonMapper;

/** Shows all events, and all aggregates as they were, to auditors. */
@RestController
@RequestMapping("/audit")
class AuditController {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1_000;

  private final EventLog log;
  private final AggregateStates aggregates;
  private final LargeResponses answers;

  AuditController(EventLog log, AggregateStates aggregates, LargeResponses answers) {
    this.log = log;
    this.aggregates = aggregates;
    this.answers = answers;
  }

  @GetMapping(path = "/events", produces = MediaType.APPLICATION_JSON_VALUE)
  @EventParameters
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      description = "A page ends earlier when its events are large.",
      schema = @Schema(type = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
  @Refuses(Problem.TOO_MANY_REQUESTS)
  EventLog.LogPage events(QueryParameters parameters, @AuthenticationPrincipal Caller caller) {
    EventFilter filter = EventFilter.read(parameters);
    long after = after(parameters);
    int limit = limit(parameters);
    parameters.refuseIfInvalid();
    answers.begin(caller.userId());
    answers.reserve(caller.userId(), EventLog.MAX_PAGE_MEMORY);
    return log.page(filter, after, limit);
  }

  /** Exports all matching events, one a line, whatever the limit. */
  @GetMapping(path = "/events", produces = MediaType.APPLICATION_NDJSON_VALUE)
  @EventParameters
  @Refuses(Problem.TOO_MANY_REQUESTS)
  ResponseEntity<StreamingResponseBody> export(
      QueryParameters parameters, @AuthenticationPrincipal Caller caller) {
    EventFilter filter = EventFilter.read(parameters);
    long after = after(parameters);
    int unused = limit(parameters);
    parameters.refuseIfInvalid();
    EventLog.Export export = log.export(filter, after);
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_NDJSON)
        .body(
            answers.stream(
                caller.userId(),
                out -> {
                  // Not closed here: its opener closes it, also after a failure.
                  OutputStream lines = new BufferedOutputStream(out, 1 << 16);
                  export.sendTo(event -> write(event, lines));
                  lines.flush();
                }));
  }

  @GetMapping(path = "/aggregates/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  @PointInTimeParameters
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  AggregateState aggregate(
      QueryParameters parameters, @PathVariable UUID id, @AuthenticationPrincipal Caller caller) {
    PointInTime pointInTime = PointInTime.read(parameters).orElse(PointInTime.NOW);
    parameters.refuseIfInvalid();
    answers.begin(caller.userId());
    return answers
        .read(LargeResponses.HISTORY_BYTES, () -> aggregates.at(id, pointInTime))
        .orElseThrow(Refusal::notFound);
  }

  private static long after(QueryParameters parameters) {
    return parameters.integer("after", 0, Long.MAX_VALUE).orElse(0);
  }

  private static int limit(QueryParameters parameters) {
    return (int) parameters.integer("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
  }

  private static void write(AuditedEvent event, OutputStream lines) {
    try {
      lines.write(JSON.writeValueAsBytes(event));
      lines.write('\n');
    } catch (IOException clientIsGone) {
      throw new UncheckedIOException(clientIsGone);
    }
  }
}
