/** Events of webhooks: users create, change and delete them. No event has a secret. */
package dev.annals.events.webhook;
