package dev.annals.command.webhook;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.command.webhook.WebhookCommand.ChangeWebhook;
import dev.annals.command.webhook.WebhookCommand.CreateWebhook;
import dev.annals.command.webhook.WebhookCommand.DeleteWebhook;
import dev.annals.command.webhook.WebhookCommand.DisableWebhook;
import dev.annals.command.webhook.WebhookCommand.RotateSecret;
import dev.annals.events.webhook.WebhookChanged;
import dev.annals.events.webhook.WebhookCreated;
import dev.annals.events.webhook.WebhookDeleted;
import dev.annals.events.webhook.WebhookDisabled;
import dev.annals.events.webhook.WebhookSecretRotated;
import dev.annals.events.webhook.WebhookValues;
import dev.annals.eventstore.aggregate.Ownership;
import dev.annals.eventstore.axon.AxonConfiguration;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;
import org.jspecify.annotations.Nullable;

/** A webhook. Its row, which has the secret, and the event are committed in one transaction. */
@Aggregate
@Revision("1")
class Webhook {

  @AggregateIdentifier private UUID webhookId;
  @JsonUnwrapped private Ownership ownership;
  @JsonUnwrapped private WebhookValues values;
  private boolean enabled;
  private WebhookDisabled.@Nullable Reason disabledReason;
  private long enabledVersion;
  private Instant createdAt;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  CreatedWebhook decide(
      CreateWebhook command,
      @MetaDataValue(AxonConfiguration.SESSION) String session,
      StoredWebhooks rows) {
    rows.hold(command.ownerId(), session);
    rows.requireRoom(command.ownerId());
    apply(new WebhookCreated(command.webhookId(), command.ownerId(), command.values()));
    return new CreatedWebhook(row().view(), rows.insert(row()));
  }

  @CommandHandler
  WebhookView decide(
      ChangeWebhook command,
      @MetaDataValue(AxonConfiguration.SESSION) String session,
      StoredWebhooks rows) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    if (!values.equals(command.values()) || enabled != command.enabled()) {
      rows.hold(ownership.ownerId(), session);
      apply(
          new WebhookChanged(webhookId, ownership.ownerId(), command.values(), command.enabled()));
      rows.update(row());
    }
    return row().view();
  }

  @CommandHandler
  String decide(
      RotateSecret command,
      @MetaDataValue(AxonConfiguration.SESSION) String session,
      StoredWebhooks rows) {
    ownership.requireOwnerOfActive(command.requester());
    rows.hold(ownership.ownerId(), session);
    apply(new WebhookSecretRotated(webhookId, ownership.ownerId()));
    return rows.rotateSecret(row());
  }

  @CommandHandler
  void decide(
      DeleteWebhook command,
      @MetaDataValue(AxonConfiguration.SESSION) String session,
      StoredWebhooks rows) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    rows.hold(ownership.ownerId(), session);
    apply(new WebhookDeleted(webhookId, ownership.ownerId()));
    rows.delete(webhookId);
  }

  @CommandHandler
  void decide(DisableWebhook command, StoredWebhooks rows, DisabledWebhookMail mail) {
    if (ownership.deleted() || !enabled || enabledVersion != command.enabledVersion()) {
      return;
    }
    rows.hold(ownership.ownerId(), null);
    apply(new WebhookDisabled(webhookId, ownership.ownerId(), command.reason()));
    rows.update(row());
    mail.schedule(webhookId, ownership.ownerId());
  }

  @EventSourcingHandler
  void evolve(WebhookCreated event, @Timestamp Instant at, @SequenceNumber long version) {
    webhookId = event.webhookId();
    ownership = new Ownership(event.ownerId(), false);
    values = event.values();
    enabled = true;
    enabledVersion = version;
    createdAt = at;
  }

  @EventSourcingHandler
  void evolve(WebhookChanged event, @SequenceNumber long version) {
    values = event.values();
    if (event.enabled()) {
      disabledReason = null;
      enabledVersion = enabled ? enabledVersion : version;
    }
    enabled = event.enabled();
  }

  @EventSourcingHandler
  void evolve(WebhookDisabled event) {
    enabled = false;
    disabledReason = event.disabledReason();
  }

  @EventSourcingHandler
  void evolve(WebhookSecretRotated event) {}

  @EventSourcingHandler
  void evolve(WebhookDeleted event) {
    ownership = ownership.deleted(true);
  }

  private StoredWebhook row() {
    return new StoredWebhook(
        webhookId,
        ownership.ownerId(),
        values,
        enabled,
        disabledReason,
        getVersion(),
        enabledVersion,
        createdAt);
  }
}
