package dev.annals.command.webhook;

import dev.annals.command.export.Export;
import dev.annals.command.export.ExportPart;
import dev.annals.http.security.Caller;
import java.io.IOException;
import org.springframework.stereotype.Component;

/** Exports the webhooks of a user, without their secrets. */
@Component
record WebhooksPart(StoredWebhooks rows) implements ExportPart {

  @Override
  public void write(Caller caller, Export export) throws IOException {
    export.begin("webhooks.jsonl");
    for (StoredWebhook webhook : rows.of(caller.userId())) {
      export.line(webhook.view());
    }
  }
}
