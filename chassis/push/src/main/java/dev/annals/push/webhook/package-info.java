/**
 * Delivers notifications to webhooks, by Standard Webhooks 1.0. The {@link
 * dev.annals.push.webhook.Dispatcher} turns each notification into one delivery per webhook, a row.
 * The {@link dev.annals.push.webhook.DeliveryRunner} makes the attempts. A webhook's row says when
 * it has a delivery that is due, and which process works on it until when: so a backlog of a slow
 * receiver costs nothing, and each process may end at any time.
 */
package dev.annals.push.webhook;
