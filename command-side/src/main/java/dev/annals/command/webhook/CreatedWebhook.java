package dev.annals.command.webhook;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * A new webhook.
 *
 * @param secret {@code whsec_} and the key of the signatures in base64. It is not shown again
 */
record CreatedWebhook(@JsonUnwrapped WebhookView webhook, String secret) {

  /** Omits the secret and personal data. */
  @Override
  public String toString() {
    return "CreatedWebhook[id=" + webhook.id() + "]";
  }
}
