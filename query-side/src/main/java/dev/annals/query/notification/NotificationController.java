package dev.annals.query.notification;

import dev.annals.platform.security.Caller;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.model.PageParameters;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the caller's notifications. */
@RestController
@RequestMapping(path = "/notifications", produces = MediaType.APPLICATION_JSON_VALUE)
class NotificationController {

  private static final Paging.Order NEWEST_FIRST = Paging.Order.descending("sequence");

  private final InboxQueries inbox;

  NotificationController(InboxQueries inbox) {
    this.inbox = inbox;
  }

  record UnreadCount(long count) {}

  @GetMapping
  @PageParameters
  @Parameter(
      name = "unread",
      in = ParameterIn.QUERY,
      description = "true lists only unread notifications, false only read ones.",
      schema = @Schema(type = "boolean"))
  @Parameter(
      name = "after",
      in = ParameterIn.QUERY,
      description = "Lists only notifications after this sequence, oldest first.",
      schema = @Schema(type = "integer", format = "int64", minimum = "0"))
  Page<NotificationView> list(
      QueryParameters parameters,
      ConsistencyTokens changes,
      @AuthenticationPrincipal Caller caller) {
    Optional<Boolean> unread = parameters.flag("unread");
    OptionalLong after = parameters.integer("after", 0, Long.MAX_VALUE);
    Paging paging = parameters.paging(NEWEST_FIRST);
    parameters.refuseIfInvalid();
    inbox.await(changes);
    return inbox.list(caller.userId(), unread, after, paging);
  }

  @GetMapping("/unread-count")
  UnreadCount countUnread(ConsistencyTokens changes, @AuthenticationPrincipal Caller caller) {
    inbox.await(changes);
    return new UnreadCount(inbox.unread(caller.userId()));
  }
}
