package dev.annals.command.webhook;

import dev.annals.command.webhook.WebhookCommand.CreateWebhook;
import dev.annals.events.webhook.WebhookValues;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.context.ApplicationContext;

/** Creates webhooks in tests of other contexts. */
public final class Hooks {

  private Hooks() {}

  public static void create(ApplicationContext node, UUID owner) {
    node.getBean(CommandGateway.class)
        .sendAndWait(
            new CreateWebhook(
                UUID.randomUUID(),
                owner,
                new WebhookValues("https://example.org/hook", null, "Backup")));
  }
}
