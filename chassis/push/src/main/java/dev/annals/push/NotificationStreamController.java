package dev.annals.push;

import dev.annals.base.problem.Problem;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.LastEventId;
import dev.annals.http.web.QueryParameters;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.OptionalLong;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Streams the caller's notifications. */
@RestController
@Tag(name = "Notifications")
record NotificationStreamController(NotificationSource inbox, Subscriptions subscriptions) {

  /**
   * The parameters of the stream.
   *
   * @param after sends first the notifications after this sequence; 0 for all. A stream without a
   *     sequence begins with the next notification
   */
  record StreamQuery(OptionalLong after) implements QueryParameters {}

  /**
   * Streams the notifications of the caller as server-sent events. The id of an event is its
   * sequence. Events are {@code notification}; {@code resync} if the client has missed more than 1
   * 000 notifications, or has one that was removed, and must read the list; and {@code end}, the
   * last one. A comment comes every 15 seconds. The stream ends with the token and with the
   * session.
   */
  @GetMapping(path = "/notifications/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Refuses(Problem.TOO_MANY_CONNECTIONS)
  EventStream open(StreamQuery query, LastEventId lastEventId, Caller caller) {
    UUID owner = caller.userId();
    // A number that was reserved and never stored, or cut off, is gone and not beyond the newest.
    OptionalLong after = lastEventId.orElse(query.after(), () -> inbox.last(owner));
    return sink -> subscriptions.stream(owner, after, sink);
  }
}
