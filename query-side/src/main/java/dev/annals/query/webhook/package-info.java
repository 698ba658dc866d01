/** Tells the chassis which webhooks there are, and where their deliveries go. */
package dev.annals.query.webhook;
