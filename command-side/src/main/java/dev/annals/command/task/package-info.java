/**
 * Tasks: open, in progress or done; created one by one or many at once, kept by their owner alone.
 */
package dev.annals.command.task;
