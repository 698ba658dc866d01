package dev.annals.audit;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.LargeResponses;
import dev.annals.http.web.LastEventId;
import dev.annals.projection.history.PointInTime;
import dev.annals.push.EventStream;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.OptionalLong;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import tools.jackson.databind.json.JsonMapper;

/** Shows all events, and all aggregates as they were, to auditors. */
@RestController
@Tag(name = "Audit", description = "All events and their integrity, for auditors.")
@RequestMapping("/audit")
record AuditController(
    EventLog log, LogStreams streams, AggregateStates aggregates, LargeResponses answers) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /**
   * Lists events, the oldest first. The next page begins after the position that the answer names.
   * As {@code application/x-ndjson} the whole selection is streamed, one event a line with its
   * stored bytes.
   */
  @GetMapping(path = "/events", produces = MediaType.APPLICATION_JSON_VALUE)
  @Refuses(Problem.TOO_MANY_REQUESTS)
  EventLog.LogPage events(EventQuery query, Caller caller) {
    answers.begin(caller.userId());
    answers.reserve(caller.userId(), EventLog.MAX_PAGE_MEMORY);
    return log.page(query);
  }

  /**
   * Streams events, the oldest first. Each line is one event with its stored bytes; the limit does
   * not apply.
   */
  @GetMapping(path = "/events", produces = MediaType.APPLICATION_NDJSON_VALUE)
  @Refuses(Problem.TOO_MANY_REQUESTS)
  ResponseEntity<StreamingResponseBody> export(EventQuery query, Caller caller) {
    EventLog.Export export = log.export(query);
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

  /**
   * Streams events as server-sent events, the oldest first. At the end of the log the stream waits
   * for the next event. The id of an event is its position. A comment comes every 15 seconds. The
   * last event is {@code end}, the others are {@code event}. The stream ends with the token and
   * with the session.
   */
  @GetMapping(path = "/events/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Refuses(Problem.TOO_MANY_CONNECTIONS)
  EventStream stream(StreamQuery query, LastEventId lastEventId) {
    OptionalLong sent = lastEventId.orElse(query.after(), log::newest);
    long after = sent.isPresent() ? sent.getAsLong() : log.end();
    return sink -> streams.open(query.filter(), after, sink);
  }

  /**
   * Returns the state of an aggregate as it is, or as it was. It is replayed from its events, so it
   * is never stale.
   */
  @GetMapping(path = "/aggregates/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  @Refuses({Problem.UNREADABLE_EVENT, Problem.TOO_MANY_REQUESTS})
  AggregateStates.AggregateState aggregate(
      PointInTime pointInTime, @PathVariable UUID id, Caller caller) {
    answers.begin(caller.userId());
    return answers
        .read(LargeResponses.HISTORY_BYTES, () -> aggregates.at(id, pointInTime))
        .orElseThrow(Refusal::notFound);
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
