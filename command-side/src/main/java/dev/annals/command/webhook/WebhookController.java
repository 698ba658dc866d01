package dev.annals.command.webhook;

import dev.annals.api.NotificationTypes;
import dev.annals.base.problem.Refusal;
import dev.annals.command.CommandProblem;
import dev.annals.command.RefusesCommand;
import dev.annals.command.webhook.WebhookCommand.ChangeWebhook;
import dev.annals.command.webhook.WebhookCommand.CreateWebhook;
import dev.annals.command.webhook.WebhookCommand.DeleteWebhook;
import dev.annals.command.webhook.WebhookCommand.RotateSecret;
import dev.annals.events.webhook.WebhookValues;
import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.json.CanBeNull;
import dev.annals.http.openapi.NoConsistencyToken;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Text;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows and changes the webhooks of the caller. The rows are those of the commands: never stale.
 */
@RestController
@Tag(
    name = "Webhooks",
    description =
        "Notifications of the caller, delivered to a URL of theirs by Standard Webhooks 1.0.")
@ServedBy(ProcessRole.COMMANDS)
@NoConsistencyToken
@RequestMapping(path = "/webhooks", produces = MediaType.APPLICATION_JSON_VALUE)
record WebhookController(StoredWebhooks rows, CommandGateway commands) {

  private static final int MAX_DESCRIPTION = 200;

  /**
   * A new webhook.
   *
   * @param url an absolute {@code https} URL without user info and fragment, whose host has only
   *     public addresses
   * @param types the names of the notifications to deliver, such as {@code NoteCreated}; absent or
   *     null for all
   */
  record NewWebhook(
      @Text(min = 1, max = ReceiverUrl.MAX_LENGTH) @ReceiverUrl String url,
      @ArraySchema(uniqueItems = true, minItems = 1) @CanBeAbsent @CanBeNull @NotificationTypeNames
          @Nullable List<String> types,
      @CanBeAbsent @Text(max = MAX_DESCRIPTION) String description) {

    NewWebhook {
      description = description == null ? "" : description;
    }
  }

  /**
   * New values of a webhook.
   *
   * @param url an absolute {@code https} URL without user info and fragment, whose host has only
   *     public addresses
   * @param types the names of the notifications to deliver, such as {@code NoteCreated}; absent or
   *     null for all
   */
  record WebhookUpdate(
      @Text(min = 1, max = ReceiverUrl.MAX_LENGTH) @ReceiverUrl String url,
      @ArraySchema(uniqueItems = true, minItems = 1) @CanBeAbsent @CanBeNull @NotificationTypeNames
          @Nullable List<String> types,
      @Text(max = MAX_DESCRIPTION) String description,
      boolean enabled) {}

  /**
   * A new secret.
   *
   * @param secret {@code whsec_} and the key of the signatures in base64. It is not shown again
   */
  record NewSecret(String secret) {

    /** Omits the secret. */
    @Override
    public String toString() {
      return "NewSecret";
    }
  }

  /**
   * Creates a webhook. It gets the notifications from now on, at a public address by {@code https},
   * and only this response shows its secret. A user has at most ten.
   */
  @ResponseStatus(HttpStatus.CREATED)
  @RefusesCommand(CommandProblem.TOO_MANY_WEBHOOKS)
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<CreatedWebhook> create(@RequestBody NewWebhook body, Caller caller) {
    UUID id = UUID.randomUUID();
    CreatedWebhook created =
        commands.sendAndWait(
            new CreateWebhook(
                id, caller.userId(), values(body.url(), body.types(), body.description())));
    return ResponseEntity.created(URI.create("/webhooks/" + id))
        .eTag(Long.toString(created.webhook().version()))
        .body(created);
  }

  /** Lists the webhooks of the caller, the oldest first. The secrets are not shown. */
  @GetMapping
  List<WebhookView> list(Caller caller) {
    return rows.of(caller.userId()).stream().map(StoredWebhook::view).toList();
  }

  /** Returns a webhook. Its ETag is the version that a change needs. The secret is not shown. */
  @GetMapping("/{id}")
  ResponseEntity<WebhookView> get(@PathVariable UUID id, Caller caller) {
    return ok(rows.find(caller.userId(), id).orElseThrow(Refusal::notFound).view());
  }

  /**
   * Replaces the values of a webhook. If it was disabled and is enabled, it gets the notifications
   * from now on.
   */
  @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<WebhookView> update(
      @RequestBody WebhookUpdate body, IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(
        commands.sendAndWait(
            new ChangeWebhook(
                id,
                caller.userId(),
                ifMatch,
                values(body.url(), body.types(), body.description()),
                body.enabled())));
  }

  /** Deletes a webhook for ever. Nothing is delivered to it any more. */
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @DeleteMapping(path = "/{id}", produces = MediaType.ALL_VALUE)
  void delete(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    commands.sendAndWait(new DeleteWebhook(id, caller.userId(), ifMatch));
  }

  /**
   * Replaces the secret of a webhook. For 24 hours deliveries are signed with the former secret,
   * too. Only this response shows the new one.
   */
  @PostMapping("/{id}/rotate-secret")
  NewSecret rotateSecret(@PathVariable UUID id, Caller caller) {
    return new NewSecret(commands.sendAndWait(new RotateSecret(id, caller.userId())));
  }

  /** The list of all names is none, so that a client can send back the values that it got. */
  private static WebhookValues values(
      String url, @Nullable List<String> types, String description) {
    boolean all = types == null || types.size() == NotificationTypes.NAMES.size();
    return new WebhookValues(url, all ? null : types, description);
  }

  private static ResponseEntity<WebhookView> ok(WebhookView webhook) {
    return ResponseEntity.ok().eTag(Long.toString(webhook.version())).body(webhook);
  }
}
