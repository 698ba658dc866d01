/**
 * Webhooks of a user: created, changed, disabled, deleted. The query side delivers to them; it
 * reads the rows that commands store here.
 */
package dev.annals.command.webhook;
