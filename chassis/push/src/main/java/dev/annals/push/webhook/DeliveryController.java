package dev.annals.push.webhook;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.openapi.Refuses;
import dev.annals.http.security.Caller;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Lists the deliveries of the caller's webhooks, and sends some at a wish. */
@RestController
@Tag(name = "Webhooks")
@RequestMapping(path = "/webhooks/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
record DeliveryController(
    WebhookSource webhooks, Cursors cursors, DeliveryStore deliveries, DeliveryRunner runner) {

  /**
   * Lists the deliveries of a webhook, a page at a time, the newest first. They are kept for 30
   * days.
   */
  @GetMapping("/deliveries")
  Page<DeliveryView> list(Paging paging, @PathVariable UUID id, Caller caller) {
    return deliveries.page(find(id, caller).id(), paging);
  }

  /**
   * Sends a message of the type {@code Test} to a webhook. Its result is in the list of deliveries.
   */
  @PostMapping("/test")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Refuses(Problem.WEBHOOK_DISABLED)
  void test(@PathVariable UUID id, Caller caller) {
    deliveries.addTest(
        enabled(find(id, caller))
            .orElseThrow(() -> new Refusal(Problem.WEBHOOK_DISABLED, "Enable the webhook first.")));
    runner.wake();
  }

  /**
   * Sends a failed delivery again. The schedule of its attempts goes on where it ended. While the
   * webhook is disabled, the delivery stays failed.
   */
  @PostMapping("/deliveries/{deliveryId}/retry")
  @ResponseStatus(HttpStatus.ACCEPTED)
  @Refuses(Problem.NOT_FAILED)
  void retry(@PathVariable UUID id, @PathVariable UUID deliveryId, Caller caller) {
    Webhook webhook = find(id, caller);
    deliveries.retry(id, deliveryId, enabled(webhook).isPresent());
    runner.wake();
  }

  private Webhook find(UUID id, Caller caller) {
    return webhooks.find(List.of(id)).stream()
        .filter(webhook -> webhook.owner().equals(caller.userId()))
        .findFirst()
        .orElseThrow(Refusal::notFound);
  }

  private Optional<Cursor> enabled(Webhook webhook) {
    return webhook.state() == Webhook.State.DISABLED
        ? Optional.empty()
        : cursors.of(webhook).filter(cursor -> !cursor.paused());
  }
}
