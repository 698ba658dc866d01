package dev.annals.events.webhook;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** Records that the program disabled a webhook, since its receiver does not work. */
@Revision("1")
public record WebhookDisabled(UUID webhookId, @Subject UUID ownerId, Reason disabledReason)
    implements WebhookEvent {

  /** The reason for which the program disabled a webhook. */
  public enum Reason {
    /** The receiver answered 410. */
    @JsonProperty("gone")
    GONE,
    /** No delivery succeeded for five days. */
    @JsonProperty("failing")
    FAILING
  }
}
