package dev.annals.query.notification;

import dev.annals.http.security.Caller;
import dev.annals.http.web.ConsistencyTokens;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.http.web.QueryParameters;
import dev.annals.projection.inbox.InboxQueries;
import dev.annals.push.NotificationView;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's notifications. */
@RestController
@Tag(name = "Notifications", description = "What happened to the notes and tasks of the caller.")
@RequestMapping(path = "/notifications", produces = MediaType.APPLICATION_JSON_VALUE)
record NotificationController(InboxQueries inbox) {

  record UnreadCount(long count) {}

  /**
   * The parameters of the list.
   *
   * @param unread true lists only unread notifications, false only read ones
   * @param after lists only notifications after this sequence, oldest first
   */
  record NotificationQuery(Optional<Boolean> unread, OptionalLong after, Paging paging)
      implements QueryParameters {}

  /**
   * Lists the notifications of the caller, a page at a time. The newest is the first, unless the
   * page follows a sequence.
   */
  @GetMapping
  Page<NotificationView> list(NotificationQuery query, ConsistencyTokens changes, Caller caller) {
    inbox.await(caller.userId(), changes);
    return inbox.list(caller.userId(), query.unread(), query.after(), query.paging());
  }

  /**
   * Counts the unread notifications of the caller. The count does not wait for a change, unless the
   * request has its token.
   */
  @GetMapping("/unread-count")
  UnreadCount countUnread(ConsistencyTokens changes, Caller caller) {
    inbox.await(caller.userId(), changes);
    return new UnreadCount(inbox.unread(caller.userId()));
  }
}
