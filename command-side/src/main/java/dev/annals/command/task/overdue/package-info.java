/**
 * The table of due times, and the sweep that marks tasks whose deadline was missed. The saga that
 * keeps the deadlines is in the package above, since its class name is stored.
 */
package dev.annals.command.task.overdue;
