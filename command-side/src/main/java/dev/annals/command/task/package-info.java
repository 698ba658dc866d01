/**
 * Tasks of a user: created one by one or in bulk, updated, started, completed, reopened, moved to
 * the trash and restored.
 */
package dev.annals.command.task;
