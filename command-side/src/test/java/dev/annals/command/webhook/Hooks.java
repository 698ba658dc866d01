package dev.annals.command.webhook;

import dev.annals.command.webhook.WebhookCommand.CreateWebhook;
import dev.annals.command.webhook.WebhookCommand.DisableWebhook;
import dev.annals.events.webhook.WebhookDisabled.Reason;
import dev.annals.events.webhook.WebhookValues;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.context.ApplicationContext;

/** Creates webhooks in tests of other contexts. */
public final class Hooks {

  private Hooks() {}

  public static void create(ApplicationContext node, UUID owner) {
    create(node, owner, "Backup");
  }

  /** Creates a webhook whose receiver is gone. */
  public static UUID createDisabled(ApplicationContext node, UUID owner, String text) {
    UUID id = create(node, owner, text);
    node.getBean(CommandGateway.class).sendAndWait(new DisableWebhook(id, 0, Reason.GONE));
    return id;
  }

  private static UUID create(ApplicationContext node, UUID owner, String text) {
    UUID id = UUID.randomUUID();
    node.getBean(CommandGateway.class)
        .sendAndWait(
            new CreateWebhook(
                id, owner, new WebhookValues("https://example.org/" + text, null, text)));
    return id;
  }
}
